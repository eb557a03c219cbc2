//! Somebody with a page: joins, comes back by himself whatever happens, and remembers what he saw.

mod page;
mod view;

use std::net::SocketAddr;
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
}

/// A page in a browser. Is gone without a word when dropped.
pub(crate) struct Bot {
    orders: mpsc::UnboundedSender<Order>,
    view: watch::Receiver<View>,
    task: JoinHandle<()>,
}

impl Bot {
    /// Joins a room at the first of these servers, and knows the others for later.
    pub(crate) async fn join(servers: &[SocketAddr], room: &str, name: &str) -> Self {
        let (orders, inbox) = mpsc::unbounded_channel();
        let (view_sender, view) = watch::channel(View::default());
        let page = Page::new(servers, room, name, view_sender);
        let bot = Self {
            orders,
            view,
            task: tokio::spawn(page.live(inbox)),
        };
        bot.until("in the room", |view| view.is_connected).await;
        bot
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
        if timeout(PATIENCE, view.wait_for(is_so)).await.is_err() {
            panic!("never {what}: {:#?}", self.view());
        }
    }

    pub(crate) fn signal(&self, to: &ParticipantId, text: &str) {
        self.order(Order::Signal(to.clone(), text.to_owned()));
    }

    pub(crate) fn move_to(&self, server: SocketAddr) {
        self.order(Order::Move(server));
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

/// Waits until all of them have a socket, and each shows all of them as connected.
pub(crate) async fn everybody_sees_everybody(bots: &[Bot]) {
    join_all(bots.iter().map(async |bot| {
        bot.until("complete", |view| {
            view.is_connected && view.connected_people() == bots.len()
        })
        .await;
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

/// How often each one has joined.
pub(crate) fn joins(bots: &[Bot]) -> Vec<u32> {
    bots.iter().map(|bot| bot.view().joins).collect()
}

/// Each one sends a signal to each other one and waits until as many have come.
pub(crate) async fn everybody_reaches_everybody(bots: &[Bot]) {
    let before: Vec<usize> = bots.iter().map(|bot| bot.view().signals).collect();
    for bot in bots {
        for other in bots.iter().filter(|other| other.id() != bot.id()) {
            bot.signal(&other.id(), "are you there?");
        }
    }
    join_all(bots.iter().zip(before).map(async |(bot, before)| {
        let expected = before + bots.len() - 1;
        bot.until("reached", |view| view.signals >= expected).await;
    }))
    .await;
}

/// A moment in which things may go wrong.
pub(crate) async fn a_while(time: Duration) {
    tokio::time::sleep(time).await;
}
