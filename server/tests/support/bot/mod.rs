//! Somebody with a page: joins, comes back unaided whatever happens, and remembers what they saw.

mod page;
mod parcels;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use futures::future::join_all;
use meeting::id::ParticipantId;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::PATIENCE;

use self::page::Page;
pub(crate) use self::view::View;

/// What a bot is told to do.
enum Order {
    /// Sends this to somebody.
    Signal(ParticipantId, String),
    /// Opens another socket there, as a page does that takes its old one for dead.
    Move(SocketAddr),
    /// Loses its socket.
    Lose,
    /// Leaves the room.
    Leave,
}

/// A page in a browser. Is gone without a word when dropped.
pub(crate) struct Bot {
    orders: mpsc::UnboundedSender<Order>,
    view: watch::Receiver<View>,
    /// How many signals it was told to send to each.
    written: Mutex<BTreeMap<ParticipantId, usize>>,
    task: JoinHandle<()>,
}

impl Bot {
    /// Joins a room at the first of these servers, and knows the others for later.
    pub(crate) async fn join(servers: &[SocketAddr], room: &str, name: &str) -> Self {
        let bot = Self::start_joining(servers, room, name);
        bot.until("in the room", |view| view.is_connected).await;
        bot
    }

    /// Begins to join, and does not wait until it is let in.
    pub(crate) fn start_joining(servers: &[SocketAddr], room: &str, name: &str) -> Self {
        let (orders, received) = mpsc::unbounded_channel();
        let (view_sender, view) = watch::channel(View::default());
        let page = Page::new(servers, room, name, view_sender);
        Self {
            orders,
            view,
            written: Mutex::default(),
            task: tokio::spawn(page.live(received)),
        }
    }

    pub(crate) fn view(&self) -> View {
        self.view.borrow().clone()
    }

    pub(crate) fn id(&self) -> ParticipantId {
        self.view().id.expect("has joined")
    }

    /// Waits until it is so.
    pub(crate) async fn until(&self, what: &str, is_so: impl FnMut(&View) -> bool) {
        let mut view = self.view.clone();
        match timeout(PATIENCE, view.wait_for(is_so)).await {
            Ok(Ok(_)) => {}
            Ok(Err(_)) => panic!("ended before it was {what}: {:#?}", self.view()),
            Err(_) => panic!("never {what}: {:#?}", self.view()),
        }
    }

    pub(crate) fn signal(&self, to: &ParticipantId, text: &str) {
        *self.written.lock().unwrap().entry(to.clone()).or_default() += 1;
        self.order(Order::Signal(to.clone(), text.to_owned()));
    }

    pub(crate) fn move_to(&self, server: SocketAddr) {
        self.order(Order::Move(server));
    }

    /// Its socket breaks, and it comes back.
    pub(crate) fn lose_socket(&self) {
        self.order(Order::Lose);
    }

    /// Leaves the room.
    pub(crate) async fn leave(mut self) {
        self.order(Order::Leave);
        (&mut self.task).await.unwrap();
    }

    fn written_to(&self, other: &ParticipantId) -> Option<usize> {
        self.written.lock().unwrap().get(other).copied()
    }

    fn order(&self, order: Order) {
        // A bot that has ended shows so in its view.
        let _ = self.orders.send(order);
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// So many people enter a room, the first half of them at the first server, and see each other.
pub(crate) async fn gather(servers: &[SocketAddr], room: &str, count: usize) -> Vec<Bot> {
    let mut bots = Vec::new();
    for number in 0..count {
        let mut servers = servers.to_vec();
        let home = number * servers.len() / count;
        servers.rotate_left(home);
        bots.push(Bot::join(&servers, room, &format!("Person {number}")).await);
    }
    everybody_sees_everybody(&bots).await;
    bots
}

/// Waits until all of them have a socket, and each shows all of them as connected and nobody else.
pub(crate) async fn everybody_sees_everybody(bots: &[Bot]) {
    let people: BTreeSet<_> = bots.iter().map(Bot::id).collect();
    join_all(bots.iter().map(async |bot| {
        bot.until("complete", |view| view.shows(&people)).await;
    }))
    .await;
}

/// Nobody was ever told that anybody left, or anything twice.
pub(crate) fn nobody_saw_anybody_leave(bots: &[Bot]) {
    for bot in bots {
        let view = bot.view();
        assert_eq!((&*view.left, view.doubled), (&[][..], 0), "{view:#?}");
    }
}

/// None of these was ever told that another of them left, whoever else came and went.
pub(crate) fn nobody_lost_sight_of_another(bots: &[Bot]) {
    let people: BTreeSet<_> = bots.iter().map(Bot::id).collect();
    for bot in bots {
        let view = bot.view();
        let lost = view.left.iter().find(|(id, _)| people.contains(id));
        assert_eq!((lost, view.doubled), (None, 0), "{view:#?}");
    }
}

/// How often each one has joined.
pub(crate) fn joins(bots: &[Bot]) -> Vec<u32> {
    bots.iter().map(|bot| bot.view().joins).collect()
}

/// Each one sends this to each other one.
pub(crate) fn everybody_writes_to_everybody(bots: &[Bot], text: &str) {
    for bot in bots {
        for other in bots.iter().filter(|other| other.id() != bot.id()) {
            bot.signal(&other.id(), text);
        }
    }
}

/// Each one sends a signal to each other one. Waits until whatever any of them ever wrote to
/// another has been read, exactly once.
pub(crate) async fn everybody_reaches_everybody(bots: &[Bot]) {
    everybody_writes_to_everybody(bots, "are you there?");
    join_all(bots.iter().map(async |bot| {
        let id = bot.id();
        let written = bots.iter().filter_map(|other| other.written_to(&id));
        let written: usize = written.sum();
        bot.until("reached", |view| view.signals == written).await;
    }))
    .await;
}

/// A moment in which things may go wrong.
pub(crate) async fn a_while(time: Duration) {
    tokio::time::sleep(time).await;
}
