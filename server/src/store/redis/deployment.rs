//! One Redis, one that sentinels choose, or a cluster: how to reach it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig, PubSub};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::{Client, Cmd, ConnectionInfo, Pipeline, RedisFuture, Value};
use tokio::sync::watch;
use tokio::time::timeout;

use super::address::Address;
use super::sentinel::Leader;
use super::{PATIENCE, StoreError};

/// Sends commands; clones share their connections. A command fails at once while Redis is away, and
/// the next one tries to connect again.
#[derive(Clone)]
pub(super) enum Commands {
    One(ConnectionManager),
    Leader(Arc<Leader>),
    Cluster(ClusterConnection),
    #[cfg(test)]
    Simulated(super::simulated::Client),
}

/// Opens subscriptions.
pub(super) enum Subscriptions {
    One(Box<Client>),
    Leader(Arc<Leader>),
    /// Whatever is published on any node of a cluster is heard on every node. They are tried in
    /// turn, so that one that is dead or frozen cannot stand in the way.
    Cluster {
        nodes: Vec<Client>,
        next: AtomicUsize,
    },
    #[cfg(test)]
    Simulated(super::simulated::Client),
}

/// The ways to one Redis.
pub(super) struct Deployment {
    pub(super) commands: Commands,
    /// A connection apart from the other: what is sent there waits neither for answers on the other
    /// nor until the library has repaired it, as it does for a whole cluster when one node hangs.
    pub(super) beat_commands: Commands,
    pub(super) subscriptions: Subscriptions,
}

/// Connects to the Redis that this URL names.
pub(super) async fn connect(url: &str) -> Result<Deployment, StoreError> {
    // Only the first one in a process counts; this is the only one there is.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match Address::parse(url).map_err(StoreError::Url)? {
        Address::One(info) => one(*info).await,
        Address::Sentinels(sentinels) => {
            let [leader, for_beats] = sentinels.map(|it| Arc::new(Leader::new(it)));
            leader.find().await?;
            Ok(Deployment {
                commands: Commands::Leader(Arc::clone(&leader)),
                beat_commands: Commands::Leader(for_beats),
                subscriptions: Subscriptions::Leader(leader),
            })
        }
        Address::Cluster(nodes) => cluster(nodes).await,
    }
}

async fn one(info: ConnectionInfo) -> Result<Deployment, StoreError> {
    let client = Client::open(info).map_err(StoreError::Url)?;
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE))
        .set_pipeline_buffer_size(1024)
        .set_number_of_retries(0);
    let connect = || ConnectionManager::new_with_config(client.clone(), config.clone());
    Ok(Deployment {
        commands: Commands::One(connect().await?),
        beat_commands: Commands::One(connect().await?),
        subscriptions: Subscriptions::One(Box::new(client)),
    })
}

async fn cluster(nodes: Vec<ConnectionInfo>) -> Result<Deployment, StoreError> {
    let client = ClusterClientBuilder::new(nodes.clone())
        .connection_timeout(PATIENCE)
        .response_timeout(PATIENCE)
        .build()
        .map_err(StoreError::Url)?;
    let commands = Commands::Cluster(client.get_async_connection().await?);
    let beat_commands = Commands::Cluster(client.get_async_connection().await?);
    let nodes = nodes.into_iter().map(Client::open);
    let subscriptions = Subscriptions::Cluster {
        nodes: nodes.collect::<Result<_, _>>().map_err(StoreError::Url)?,
        next: AtomicUsize::new(0),
    };
    Ok(Deployment {
        commands,
        beat_commands,
        subscriptions,
    })
}

impl Commands {
    /// Whether the answer to a publish says who heard it. A node of a cluster counts only those
    /// who listen at itself.
    pub(super) const fn counts_listeners(&self) -> bool {
        match self {
            Self::One(_) | Self::Leader(_) => true,
            Self::Cluster(_) => false,
            #[cfg(test)]
            Self::Simulated(_) => true,
        }
    }
}

impl Subscriptions {
    /// Opens a subscription to nothing yet.
    pub(super) async fn open(&self) -> Result<PubSub, StoreError> {
        let client = match self {
            Self::One(client) => Client::clone(client),
            Self::Leader(leader) => leader.client().await?,
            Self::Cluster { nodes, next } => {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                let node = nodes.get(turn % nodes.len().max(1));
                node.cloned().ok_or(StoreError::LinkDown)?
            }
            #[cfg(test)]
            Self::Simulated(client) => return Ok(client.subscription().await?),
        };
        Ok(timeout(PATIENCE, client.get_async_pubsub())
            .await
            .map_err(|_| StoreError::LinkDown)??)
    }

    /// Changes when a subscription may be at a Redis that leads no more.
    pub(super) fn moves(&self) -> Option<watch::Receiver<u64>> {
        match self {
            Self::Leader(leader) => Some(leader.moves()),
            Self::One(_) | Self::Cluster { .. } => None,
            #[cfg(test)]
            Self::Simulated(_) => None,
        }
    }
}

impl ConnectionLike for Commands {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::One(connection) => connection.req_packed_command(cmd),
            Self::Leader(leader) => Box::pin(leader.command(cmd)),
            Self::Cluster(connection) => connection.req_packed_command(cmd),
            #[cfg(test)]
            Self::Simulated(client) => client.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::One(connection) => connection.req_packed_commands(pipeline, offset, count),
            Self::Leader(leader) => Box::pin(leader.commands(pipeline, offset, count)),
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
            #[cfg(test)]
            Self::Simulated(client) => client.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::One(connection) => connection.get_db(),
            Self::Leader(_) | Self::Cluster(_) => 0,
            #[cfg(test)]
            Self::Simulated(_) => 0,
        }
    }
}
