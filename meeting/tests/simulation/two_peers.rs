//! Stories of two people, Ada and Ben.

use meeting::client::{Input, Link, Notice, Remote, Status};
use meeting::conversation::MediaState;
use meeting::recovery::TransportState;
use meeting::signaling::Ending;
use meeting::signaling::{LeaveReason, Presence};

use simulation::network::Weather;
use simulation::one_room::Memory;
use simulation::page::Page;
use simulation::random::with_seeds;
use simulation::world::World;

const SEEDS: u64 = 100;

/// Ada and Ben, talking to each other.
struct Talk {
    world: World,
    ada: usize,
    ben: usize,
}

/// Tells a story about two people who are connected, as often as there are seeds.
fn story(tell: impl Fn(Talk)) {
    with_seeds(SEEDS, |seed| {
        let mut world = World::new(seed, Weather::FAIR);
        let (ada, ben) = (world.join("Ada"), world.join("Ben"));
        world.run_until(3000, "Ada and Ben are connected", World::is_whole);
        tell(Talk { world, ada, ben });
    });
}

impl Talk {
    fn is_whole_within(&mut self, millis: u64) {
        self.world
            .run_until(millis, "Ada and Ben are connected", World::is_whole);
    }

    /// How Ada sees the connection to Ben.
    fn link(&self) -> Option<Link> {
        let ben = self.world.pages[self.ben].id();
        self.world.pages[self.ada].link(&ben)
    }

    /// Whether Ada knows Ben to be present.
    fn presence(&self) -> Option<Presence> {
        let ben = self.world.pages[self.ben].id();
        self.world.pages[self.ada].presence(&ben)
    }

    fn assert_first_connection(&self) {
        for page in [self.ada, self.ben] {
            let page = &self.world.pages[page];
            assert_eq!(
                (page.made, page.closed),
                (1, 0),
                "connections of {}",
                page.name
            );
        }
    }

    fn assert_talking(&mut self) {
        let page = &self.world.pages[self.ada];
        let before = page.chat().len();
        self.world.write(self.ben, "Do you hear me?");
        self.world.run_for(500);
        assert_eq!(self.world.pages[self.ada].chat().len(), before + 1);
    }
}

#[test]
fn two_people_who_join_are_connected_once_and_then_all_is_quiet() {
    story(|mut talk| {
        talk.world.run_for(20_000);
        let signals = talk.world.signals;
        talk.world.run_for(60_000);
        assert_eq!(talk.world.signals, signals);
        assert!(talk.world.is_whole(), "{}", talk.world.picture());
        talk.assert_first_connection();
    });
}

#[test]
fn both_may_change_what_they_send_at_the_same_time() {
    story(|mut talk| {
        for pause in [0, 1, 5, 20, 60, 150] {
            talk.world.change_what_is_sent(talk.ada);
            talk.world.run_for(pause);
            talk.world.change_what_is_sent(talk.ben);
            talk.is_whole_within(2000);
        }
        talk.assert_first_connection();
    });
}

#[test]
fn a_lost_socket_comes_back_and_the_conversation_never_notices() {
    story(|mut talk| {
        let id = talk.world.pages[talk.ben].id();
        let told = talk.world.pages[talk.ada].told.clone();
        talk.world.cut_socket(talk.ben);
        talk.world.run_until(500, "Ada hears of it", |world| {
            world.pages[talk.ada].presence(&id) == Some(Presence::Reconnecting)
        });
        assert_eq!(talk.link(), Some(Link::Connected));
        talk.is_whole_within(2000);
        assert_eq!(talk.world.pages[talk.ben].id(), id);
        talk.assert_first_connection();
        assert_eq!(talk.world.pages[talk.ada].told, told);
    });
}

#[test]
fn a_socket_that_died_without_a_word_is_noticed_and_replaced() {
    story(|mut talk| {
        talk.world.cut_silently(talk.ben);
        talk.world
            .run_until(40_000, "Ben has another socket", |world| {
                world.pages[talk.ben].sockets == 2
            });
        talk.is_whole_within(2000);
        talk.assert_first_connection();
    });
}

#[test]
fn a_server_that_comes_back_with_no_memory_finds_the_same_people_in_the_same_conversation() {
    story(|mut talk| {
        let ids = [talk.ada, talk.ben].map(|page| talk.world.pages[page].id());
        talk.world.stop_server(Memory::Lost);
        talk.world.run_for(5000);
        assert_eq!(talk.link(), Some(Link::Connected));
        talk.assert_talking();
        talk.world.start_server();
        talk.is_whole_within(12_000);
        assert_eq!(
            [talk.ada, talk.ben].map(|page| talk.world.pages[page].id()),
            ids
        );
        talk.assert_first_connection();
    });
}

#[test]
fn while_the_server_is_away_the_two_negotiate_over_the_data_channel() {
    story(|mut talk| {
        talk.world.stop_server(Memory::Kept);
        talk.world.run_for(500);
        let signals = talk.world.signals;
        talk.world.change_what_is_sent(talk.ada);
        talk.world.change_what_is_sent(talk.ben);
        talk.world.restart_ice(talk.ada);
        talk.world
            .run_until(3000, "both have settled", World::is_settled);
        assert_eq!(
            talk.world.signals, signals,
            "nothing went through the server"
        );
        talk.world.start_server();
        talk.is_whole_within(12_000);
        talk.assert_first_connection();
    });
}

#[test]
fn a_short_interruption_is_waited_out() {
    story(|mut talk| {
        talk.world.raise_wall(talk.ada, talk.ben);
        talk.world.run_for(900);
        talk.world.tear_down_wall(talk.ada, talk.ben);
        talk.world.run_for(20_000);
        assert!(talk.world.is_whole());
        talk.assert_first_connection();
        let restarts = [talk.ada, talk.ben].map(|page| talk.world.pages[page].restarts);
        assert_eq!(restarts, [0, 0]);
    });
}

#[test]
fn a_connection_that_stalls_is_repaired_by_a_restart_of_ice() {
    story(|mut talk| {
        talk.world.raise_wall(talk.ada, talk.ben);
        talk.world.run_until(10_000, "ICE is restarted", |world| {
            world.pages.iter().any(|page| page.restarts > 0)
        });
        talk.world.tear_down_wall(talk.ada, talk.ben);
        talk.is_whole_within(3000);
        talk.world.run_for(20_000);
        assert!(talk.world.is_whole());
        talk.assert_first_connection();
    });
}

#[test]
fn a_connection_that_stays_away_is_built_anew_until_it_comes_up_and_both_agree_which() {
    story(|mut talk| {
        talk.world.raise_wall(talk.ada, talk.ben);
        talk.world
            .run_until(60_000, "a new connection is tried", |world| {
                world.pages.iter().all(|page| page.made > 2)
            });
        assert_ne!(talk.link(), Some(Link::Connected));
        talk.world.tear_down_wall(talk.ada, talk.ben);
        talk.is_whole_within(40_000);
        let made = [talk.ada, talk.ben].map(|page| talk.world.pages[page].made);
        talk.world.run_for(60_000);
        assert!(talk.world.is_whole());
        assert_eq!(
            [talk.ada, talk.ben].map(|page| talk.world.pages[page].made),
            made
        );
        talk.assert_talking();
    });
}

#[test]
fn after_many_failures_the_tile_says_so_and_trying_goes_on() {
    story(|mut talk| {
        talk.world.raise_wall(talk.ada, talk.ben);
        talk.world.run_for(180_000);
        assert_eq!(talk.link(), Some(Link::Failed));
        assert_eq!(talk.presence(), Some(Presence::Connected));
        talk.world.tear_down_wall(talk.ada, talk.ben);
        talk.is_whole_within(60_000);
    });
}

#[test]
fn a_machine_that_was_off_the_network_is_back_in_the_conversation_soon_after() {
    story(|mut talk| {
        talk.world.set_online(talk.ben, false);
        talk.world.run_for(30_000);
        talk.world.set_online(talk.ben, true);
        talk.is_whole_within(20_000);
    });
}

#[test]
fn a_page_that_is_loaded_again_is_the_same_person_on_a_new_connection() {
    story(|mut talk| {
        let id = talk.world.pages[talk.ben].id();
        talk.ben = talk.world.reload(talk.ben);
        talk.is_whole_within(3000);
        assert_eq!(talk.world.pages[talk.ben].id(), id);
        assert_eq!(talk.world.pages[talk.ada].made, 2);
        talk.world.run_for(60_000);
        assert!(talk.world.is_whole());
        assert_eq!(talk.world.pages[talk.ada].made, 2);
    });
}

#[test]
fn a_second_tab_with_the_same_token_takes_over_and_the_first_one_ends() {
    story(|mut talk| {
        let first = talk.ben;
        talk.ben = talk.world.duplicate(first);
        talk.world.run_for(5000);
        let status = talk.world.pages[first].client.status();
        assert_eq!(status, Status::Ended(Ending::Replaced));
        talk.world.pages[first].alive = false;
        talk.world.run_for(30_000);
        assert!(talk.world.is_whole(), "{}", talk.world.picture());
    });
}

#[test]
fn whoever_leaves_is_gone_at_once() {
    story(|mut talk| {
        let gone = Notice::Gone(talk.world.name(talk.ben), LeaveReason::Left);
        talk.world.leave(talk.ben);
        talk.world.run_for(400);
        assert!(talk.world.is_whole());
        assert!(talk.world.pages[talk.ada].told.contains(&gone));
        talk.world.run_for(120_000);
        assert_eq!(
            talk.world.pages[talk.ada].made, 1,
            "nobody tries to reach Ben"
        );
    });
}

#[test]
fn whoever_leaves_while_the_server_is_away_is_gone_too() {
    story(|mut talk| {
        talk.world.stop_server(Memory::Kept);
        talk.world.run_for(1000);
        talk.world.leave(talk.ben);
        talk.world.run_until(40_000, "Ben is gone", |world| {
            world.pages[talk.ada].client.remotes().is_empty()
        });
        talk.world.start_server();
        talk.world.run_for(60_000);
        assert!(talk.world.is_whole(), "{}", talk.world.picture());
    });
}

#[test]
fn whoever_vanishes_is_gone_when_the_time_to_come_back_is_over() {
    story(|mut talk| {
        talk.world.crash(talk.ben);
        talk.world.run_for(60_000);
        assert!(talk.world.is_whole(), "{}", talk.world.picture());
        let gone = Notice::Gone(talk.world.name(talk.ben), LeaveReason::Lost);
        assert!(talk.world.pages[talk.ada].told.contains(&gone));
    });
}

#[test]
fn somebody_whom_the_server_lost_stays_as_long_as_they_can_be_seen_and_heard() {
    story(|mut talk| {
        talk.world.block_server(talk.ben, true);
        talk.world.run_for(120_000);
        assert_eq!(talk.presence(), Some(Presence::Reconnecting));
        assert_eq!(talk.link(), Some(Link::Connected));
        talk.assert_talking();
        talk.world.block_server(talk.ben, false);
        talk.is_whole_within(12_000);
        talk.assert_first_connection();
    });
}

#[test]
fn a_muted_microphone_stays_muted_whatever_is_repaired() {
    story(|mut talk| {
        let muted = MediaState {
            microphone: false,
            camera: true,
            screen: false,
        };
        talk.world.pages[talk.ben].media_said.clear();
        talk.world.feed(talk.ben, Input::Media(muted));
        talk.world.cut_socket(talk.ben);
        talk.world.run_for(3000);
        talk.world.stop_server(Memory::Lost);
        talk.world.raise_wall(talk.ada, talk.ben);
        talk.world.run_for(40_000);
        talk.world.heal();
        talk.is_whole_within(60_000);
        talk.world.run_for(1000);
        assert!(
            talk.world.pages[talk.ben].made > 1,
            "there was something to repair"
        );
        let said = &talk.world.pages[talk.ben].media_said;
        assert!(said.iter().all(|media| !media.microphone));
        assert_eq!(said.last(), Some(&muted));
        let ben = talk.world.pages[talk.ben].id();
        let seen = talk.world.pages[talk.ada].remote(&ben).map(Remote::media);
        assert_eq!(seen, Some(muted));
    });
}

#[test]
fn somebody_who_was_given_up_too_early_is_back_at_once_on_another_connection() {
    story(|mut talk| {
        talk.world.block_server(talk.ben, true);
        talk.world.run_for(45_000);
        talk.world.raise_wall(talk.ada, talk.ben);
        talk.world.run_until(20_000, "Ada gives Ben up", |world| {
            world.pages[talk.ada].client.remotes().is_empty()
        });
        talk.world.tear_down_wall(talk.ada, talk.ben);
        talk.world.block_server(talk.ben, false);
        talk.world
            .run_until(20_000, "Ben has reached the server", |world| {
                world.pages[talk.ben].is_joined()
            });
        talk.is_whole_within(2000);
        assert_eq!(talk.world.pages[talk.ben].made, 2);
    });
}

#[test]
fn a_set_up_that_the_server_interrupts_goes_on_when_it_is_back() {
    with_seeds(SEEDS, |seed| {
        let mut world = World::new(seed, Weather::FAIR);
        world.join("Ada");
        world.join("Ben");
        world.run_until(1000, "they know of each other", |world| {
            world.pages.iter().all(|page| page.made == 1)
        });
        world.stop_server(Memory::Kept);
        world.run_for(1000);
        // A browser that has both descriptions tries to connect, and gives up by itself.
        let connects = |page: &Page| {
            let mut all = page.connections.all.values();
            all.any(|it| it.transport.state == TransportState::Connecting)
        };
        let gives_up = world.pages.iter().any(connects);
        world.run_for(49_000);
        world.start_server();
        world.run_until(12_000, "Ada and Ben are connected", World::is_whole);
        let made: Vec<u32> = world.pages.iter().map(|page| page.made).collect();
        assert_eq!(made, [1 + u32::from(gives_up); 2]);
    });
}
