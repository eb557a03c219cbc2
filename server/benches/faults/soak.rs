//! Hours of coming and going, and what they leave behind.

use std::time::{Duration, Instant};

use crate::churn::{Churn, Holdings, PEOPLE};
use crate::figures::say;

/// Until whatever is kept for later use has its size.
const WARM_UP: usize = 30;
const BETWEEN_REPORTS: Duration = Duration::from_secs(60);
/// How many join in a round, or join again.
const JOINS: usize = PEOPLE * 3 / 2;
/// A join that leaves anything behind leaves more than this, in bytes.
const LEAK: f64 = 16.0;

/// What was there when nobody was.
struct Sample {
    hours: f64,
    memory: [f64; 2],
    holdings: Holdings,
}

pub(crate) async fn measure(time: Duration) -> anyhow::Result<()> {
    let churn = Churn::start();
    let empty = churn.holdings();
    for _ in 0..WARM_UP {
        churn.round().await;
        churn.is_back_to(empty).await;
    }
    let begun = Instant::now();
    let mut reported = begun;
    let mut samples = Vec::new();
    for round in 1.. {
        disturb(&churn, round);
        churn.round().await;
        churn.is_back_to(empty).await;
        let sample = Sample {
            hours: begun.elapsed().as_secs_f64() / 3600.0,
            memory: churn.resident_kib().map(count),
            holdings: churn.holdings(),
        };
        if reported.elapsed() >= BETWEEN_REPORTS {
            reported = Instant::now();
            say(&format!("{:>7} joins: {}", round * JOINS, sample.line()))?;
        }
        samples.push(sample);
        if begun.elapsed() >= time {
            break;
        }
    }
    report(&samples)
}

/// Redis is not what it was, either.
fn disturb(churn: &Churn, round: usize) {
    if round.is_multiple_of(3) {
        churn.redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]);
    }
    if round.is_multiple_of(5) {
        churn.redis.cli(&["FLUSHALL"]);
    }
}

impl Sample {
    fn line(&self) -> String {
        let Holdings {
            files,
            keys,
            channels,
        } = self.holdings;
        format!(
            "memory {:?} KiB, descriptors {files:?}, keys {keys}, channels {channels}",
            self.memory
        )
    }
}

fn report(samples: &[Sample]) -> anyhow::Result<()> {
    let files = |sample: &Sample| sample.holdings.files.iter().sum::<usize>();
    let slopes = [
        ("descriptors", slope(samples, |sample| count(files(sample)))),
        ("keys", slope(samples, |sample| count(sample.holdings.keys))),
        (
            "channels",
            slope(samples, |sample| count(sample.holdings.channels)),
        ),
    ];
    for (what, slope) in slopes {
        say(&format!("{what}: {slope:+.2} an hour"))?;
        anyhow::ensure!(slope.abs() < 0.01, "{what} are not flat");
    }
    let hours = samples.last().map_or(0.0, |sample| sample.hours);
    let joins = count(samples.len() * JOINS) / hours;
    for server in 0..2 {
        let slope = slope(samples, |sample| sample.memory[server]);
        let size = samples.last().map_or(0.0, |sample| sample.memory[server]);
        let each = slope * 1024.0 / joins;
        say(&format!(
            "memory of server {server}: {slope:+.0} KiB an hour of {size} KiB; {each:+.1} bytes a join"
        ))?;
        anyhow::ensure!(
            each < LEAK,
            "joins leave something behind in server {server}"
        );
    }
    Ok(())
}

/// The slope of the line that lies closest to all samples, by the hour.
fn slope(samples: &[Sample], value: impl Fn(&Sample) -> f64) -> f64 {
    let number = count(samples.len());
    let mean_x = samples.iter().map(|sample| sample.hours).sum::<f64>() / number;
    let mean_y = samples.iter().map(&value).sum::<f64>() / number;
    let (mut along, mut across) = (0.0, 0.0);
    for sample in samples {
        let x = sample.hours - mean_x;
        along += x * (value(sample) - mean_y);
        across += x * x;
    }
    along / across.max(f64::EPSILON)
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}
