//! What every room store does, whatever it is made of: each story runs on the store in memory and on
//! the one in Redis, with a redis-server of its own, on a cluster, and with sentinels.

/// Makes each story a test of each store.
macro_rules! contract {
    ($($settings:ident: $($story:ident),+;)+) => {
        mod memory {
            $($(#[tokio::test]
            async fn $story() {
                super::$story(store::Store::memory(super::$settings())).await;
            })+)+
        }

        mod redis {
            $($(#[tokio::test]
            async fn $story() {
                let redis = $crate::redis_server::RedisServer::start();
                let store = store::Store::redis(&redis.url(), super::$settings()).await.unwrap();
                super::$story(store.clone()).await;
                store.shutdown().await;
            })+)+

            /// One after the other, because a cluster or sentinels are not made in a moment.
            async fn everything_holds(url: impl Fn() -> String, empty: impl Fn()) {
                $($(
                    empty();
                    let store = store::Store::redis(&url(), super::$settings()).await.unwrap();
                    super::$story(store.clone()).await;
                    store.shutdown().await;
                )+)+
            }

            #[tokio::test]
            async fn everything_holds_on_a_cluster() {
                let redis = $crate::redis_cluster::RedisCluster::start();
                everything_holds(|| redis.url(), || redis.empty()).await;
            }

            #[tokio::test]
            async fn everything_holds_where_sentinels_choose_the_leader() {
                let redis = $crate::redis_sentinels::RedisWithSentinels::start();
                everything_holds(|| redis.url(), || redis.empty()).await;
            }
        }
    };
}
pub(crate) use contract;
