//! One Redis, one that sentinels choose, or a cluster: how to reach it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;
use futures::future::BoxFuture;
use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig, PubSub};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::{Client, Cmd, ConnectionInfo, Pipeline, RedisFuture, Value};
use tokio::sync::watch;
use tokio::time::timeout;

use super::address::Address;
use super::port::{Commands, RedisPort, Subscriptions};
use super::sentinel::Leader;
use super::{PATIENCE, StoreError};

/// Connects to the Redis that this URL names.
pub(super) async fn connect(url: &str) -> Result<RedisPort, StoreError> {
    // Only the first one in a process counts; this is the only one there is.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match Address::parse(url).map_err(StoreError::Url)? {
        Address::One(info) => one(*info).await,
        Address::Sentinels(sentinels) => {
            let [leader, for_beats] = sentinels.map(|it| Arc::new(Leader::new(it)));
            leader.find().await?;
            Ok(RedisPort {
                commands: Arc::<Leader>::clone(&leader),
                beat_commands: for_beats,
                subscriptions: Box::new(AtLeader(leader)),
                counts_listeners: true,
            })
        }
        Address::Cluster(nodes) => cluster(nodes).await,
    }
}

async fn one(info: ConnectionInfo) -> Result<RedisPort, StoreError> {
    let client = Client::open(info).map_err(StoreError::Url)?;
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE))
        .set_pipeline_buffer_size(1024)
        .set_number_of_retries(0);
    let connect = || ConnectionManager::new_with_config(client.clone(), config.clone());
    Ok(RedisPort {
        commands: Arc::new(connect().await?),
        beat_commands: Arc::new(connect().await?),
        subscriptions: Box::new(AtOne(client)),
        counts_listeners: true,
    })
}

async fn cluster(nodes: Vec<ConnectionInfo>) -> Result<RedisPort, StoreError> {
    let client = ClusterClientBuilder::new(nodes.clone())
        .connection_timeout(PATIENCE)
        .response_timeout(PATIENCE)
        .build()
        .map_err(StoreError::Url)?;
    let commands = Arc::new(client.get_async_connection().await?);
    let beat_commands = Arc::new(client.get_async_connection().await?);
    let nodes = nodes.into_iter().map(Client::open);
    let subscriptions = AtAnyNode {
        nodes: nodes.collect::<Result<_, _>>().map_err(StoreError::Url)?,
        next: AtomicUsize::new(0),
    };
    Ok(RedisPort {
        commands,
        beat_commands,
        subscriptions: Box::new(subscriptions),
        counts_listeners: false,
    })
}

/// Subscriptions at the one Redis there is.
struct AtOne(Client);

/// Subscriptions at the Redis that leads.
struct AtLeader(Arc<Leader>);

/// Whatever is published on any node of a cluster is heard on every node. They are tried in turn,
/// so that one that is dead or frozen cannot stand in the way.
struct AtAnyNode {
    nodes: Vec<Client>,
    next: AtomicUsize,
}

impl Subscriptions for AtOne {
    fn open(&self) -> BoxFuture<'_, Result<PubSub, StoreError>> {
        subscription(&self.0).boxed()
    }
}

impl Subscriptions for AtLeader {
    fn open(&self) -> BoxFuture<'_, Result<PubSub, StoreError>> {
        async { subscription(&self.0.client().await?).await }.boxed()
    }

    fn moves(&self) -> Option<watch::Receiver<u64>> {
        Some(self.0.moves())
    }
}

impl Subscriptions for AtAnyNode {
    fn open(&self) -> BoxFuture<'_, Result<PubSub, StoreError>> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let node = self.nodes.get(turn % self.nodes.len().max(1));
        async move { subscription(node.ok_or(StoreError::SubscriptionDown)?).await }.boxed()
    }
}

async fn subscription(client: &Client) -> Result<PubSub, StoreError> {
    Ok(timeout(PATIENCE, client.get_async_pubsub())
        .await
        .map_err(|_| StoreError::SubscriptionDown)??)
}

/// Connections whose clones share what is underneath.
macro_rules! sends_commands {
    ($($connection:ty),+) => {
        $(impl Commands for $connection {
            fn command<'a>(&'a self, command: &'a Cmd) -> RedisFuture<'a, Value> {
                let mut connection = self.clone();
                async move { connection.req_packed_command(command).await }.boxed()
            }

            fn pipeline<'a>(
                &'a self,
                pipeline: &'a Pipeline,
                offset: usize,
                count: usize,
            ) -> RedisFuture<'a, Vec<Value>> {
                let mut connection = self.clone();
                async move { connection.req_packed_commands(pipeline, offset, count).await }.boxed()
            }
        })+
    };
}

sends_commands!(ConnectionManager, ClusterConnection);

impl Commands for Leader {
    fn command<'a>(&'a self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        self.send(command).boxed()
    }

    fn pipeline<'a>(
        &'a self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        self.send_all(pipeline, offset, count).boxed()
    }
}
