//! Bugs of a socket's task that simulated meetings found, each told on its own.

use std::sync::Arc;
use std::time::Duration;

use server::settings::Settings;
use server::socket::connection::Frame;
use server::socket::context::Context;
use server::socket::socket_task;
use simulation::backend::Answer;
use store::Store;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::sleep;

use crate::socket::{Answers, Silence, SimulatedSocket};

/// A page's socket to a server.
fn open(answers: &Answers) -> (SimulatedSocket, UnboundedSender<Frame>) {
    let (sender, frames) = unbounded_channel();
    let silence = Silence::default();
    let socket = SimulatedSocket::new(0, frames, answers.clone(), silence);
    (socket, sender)
}

fn join_frame(resume: &str) -> Frame {
    let text = format!(
        "{{\"type\":\"join\",\"versions\":[1],\"room\":\"abc-defg-hij\",\"name\":\"Ada\",\
         \"instance\":\"00000000000000ad\",\
         \"attempt\":{{\"tab\":\"00000000000000bb\",\"number\":1}}{resume}}}"
    );
    Frame::Text(text.into())
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_was_given_up_while_the_server_was_frozen_takes_nobodys_seat() {
    let settings = Settings::default();
    let store = Store::memory(settings.store);
    let context = Arc::new(Context::new(&settings, store, Duration::ZERO));
    let answers = Answers::default();
    let (socket, page) = open(&answers);
    page.send(join_frame("")).unwrap();
    let server = Arc::clone(&context);
    let first = tokio::spawn(async move { socket_task::run(socket, &server).await });
    sleep(Duration::from_secs(1)).await;
    let [Answer::Say(_, joined)] = &answers.take()[..] else {
        panic!("Ada is not in")
    };
    let token = joined.split("\"token\":\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap();

    let (given_up, page_before) = open(&answers);
    let resume = format!(",\"resume\":{{\"token\":\"{token}\",\"seen\":0}}");
    page_before.send(join_frame(&resume)).unwrap();
    page_before.send(Frame::Broken).unwrap();
    socket_task::run(given_up, &context).await;
    sleep(Duration::from_secs(1)).await;
    assert!(!first.is_finished(), "{:?}", answers.take());
}
