//! Thousands come and go, and nothing of them stays behind.

use crate::churn::{Churn, PEOPLE};

/// Until whatever is kept for later use has its size.
const WARM_UP: usize = 4;
const ROUNDS: usize = 12;
/// What the allocator may keep: 2 KiB for each of those who came to a server, which is half of all.
const NOISE_KIB: usize = ROUNDS * PEOPLE;

#[tokio::test(flavor = "multi_thread")]
async fn what_thousands_leave_behind_is_nothing() {
    let churn = Churn::start();
    let empty = churn.holdings();
    assert_eq!((empty.keys, empty.channels), (1, 2));
    for _ in 0..WARM_UP {
        churn.round().await;
        churn.is_back_to(empty).await;
    }
    let warm = churn.resident_kib();
    for _ in 0..ROUNDS {
        churn.round().await;
        churn.is_back_to(empty).await;
    }
    for (warm, end) in warm.into_iter().zip(churn.resident_kib()) {
        assert!(end < warm + NOISE_KIB, "{warm} KiB became {end} KiB");
    }
}
