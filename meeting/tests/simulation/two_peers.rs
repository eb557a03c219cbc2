//! Stories of two people, Ada and Ben.

use meeting::client::{Input, LinkState, Notice, Remote, Status};
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
struct Call {
    world: World,
    ada: usize,
    ben: usize,
}

/// Tells a story about two people who are connected, as often as there are seeds.
fn story(tell: impl Fn(Call)) {
    with_seeds(SEEDS, |seed| {
        let mut world = World::new(seed, Weather::FAIR);
        let (ada, ben) = (world.join("Ada"), world.join("Ben"));
        world.run_until(3000, "Ada and Ben are connected", World::is_whole);
        tell(Call { world, ada, ben });
    });
}

impl Call {
    fn is_whole_within(&mut self, millis: u64) {
        self.world
            .run_until(millis, "Ada and Ben are connected", World::is_whole);
    }

    /// How Ada sees the connection to Ben.
    fn link(&self) -> Option<LinkState> {
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

    fn assert_chat_works(&mut self) {
        let page = &self.world.pages[self.ada];
        let before = page.chat().len();
        self.world.send_chat(self.ben, "Do you hear me?");
        self.world.run_for(500);
        assert_eq!(self.world.pages[self.ada].chat().len(), before + 1);
    }
}

#[test]
fn two_people_who_join_are_connected_once_and_then_all_is_quiet() {
    story(|mut call| {
        call.world.run_for(20_000);
        let signals = call.world.signals;
        call.world.run_for(60_000);
        assert_eq!(call.world.signals, signals);
        assert!(call.world.is_whole(), "{}", call.world.picture());
        call.assert_first_connection();
    });
}

#[test]
fn both_may_change_what_they_send_at_the_same_time() {
    story(|mut call| {
        for pause in [0, 1, 5, 20, 60, 150] {
            call.world.change_what_is_sent(call.ada);
            call.world.run_for(pause);
            call.world.change_what_is_sent(call.ben);
            call.is_whole_within(2000);
        }
        call.assert_first_connection();
    });
}

#[test]
fn a_lost_socket_comes_back_and_the_conversation_never_notices() {
    story(|mut call| {
        let id = call.world.pages[call.ben].id();
        let told = call.world.pages[call.ada].told.clone();
        call.world.cut_socket(call.ben);
        call.world.run_until(500, "Ada hears of it", |world| {
            world.pages[call.ada].presence(&id) == Some(Presence::Reconnecting)
        });
        assert_eq!(call.link(), Some(LinkState::Connected));
        call.is_whole_within(2000);
        assert_eq!(call.world.pages[call.ben].id(), id);
        call.assert_first_connection();
        assert_eq!(call.world.pages[call.ada].told, told);
    });
}

#[test]
fn a_socket_that_died_without_a_word_is_noticed_and_replaced() {
    story(|mut call| {
        call.world.cut_silently(call.ben);
        call.world
            .run_until(40_000, "Ben has another socket", |world| {
                world.pages[call.ben].sockets == 2
            });
        call.is_whole_within(2000);
        call.assert_first_connection();
    });
}

#[test]
fn a_server_that_comes_back_with_no_memory_finds_the_same_people_in_the_same_conversation() {
    story(|mut call| {
        let ids = [call.ada, call.ben].map(|page| call.world.pages[page].id());
        call.world.stop_server(Memory::Lost);
        call.world.run_for(5000);
        assert_eq!(call.link(), Some(LinkState::Connected));
        call.assert_chat_works();
        call.world.start_server();
        call.is_whole_within(12_000);
        assert_eq!(
            [call.ada, call.ben].map(|page| call.world.pages[page].id()),
            ids
        );
        call.assert_first_connection();
    });
}

#[test]
fn while_the_server_is_away_the_two_negotiate_over_the_data_channel() {
    story(|mut call| {
        call.world.stop_server(Memory::Kept);
        call.world.run_for(500);
        let signals = call.world.signals;
        call.world.change_what_is_sent(call.ada);
        call.world.change_what_is_sent(call.ben);
        call.world.restart_ice(call.ada);
        call.world
            .run_until(3000, "both have settled", World::is_settled);
        assert_eq!(
            call.world.signals, signals,
            "nothing went through the server"
        );
        call.world.start_server();
        call.is_whole_within(12_000);
        call.assert_first_connection();
    });
}

#[test]
fn a_short_interruption_is_waited_out() {
    story(|mut call| {
        call.world.raise_wall(call.ada, call.ben);
        call.world.run_for(900);
        call.world.tear_down_wall(call.ada, call.ben);
        call.world.run_for(20_000);
        assert!(call.world.is_whole());
        call.assert_first_connection();
        let restarts = [call.ada, call.ben].map(|page| call.world.pages[page].restarts);
        assert_eq!(restarts, [0, 0]);
    });
}

#[test]
fn a_connection_that_stalls_is_repaired_by_a_restart_of_ice() {
    story(|mut call| {
        call.world.raise_wall(call.ada, call.ben);
        call.world.run_until(10_000, "ICE is restarted", |world| {
            world.pages.iter().any(|page| page.restarts > 0)
        });
        call.world.tear_down_wall(call.ada, call.ben);
        call.is_whole_within(3000);
        call.world.run_for(20_000);
        assert!(call.world.is_whole());
        call.assert_first_connection();
    });
}

#[test]
fn a_connection_that_stays_away_is_built_anew_until_it_comes_up_and_both_agree_which() {
    story(|mut call| {
        call.world.raise_wall(call.ada, call.ben);
        call.world
            .run_until(60_000, "a new connection is tried", |world| {
                world.pages.iter().all(|page| page.made > 2)
            });
        assert_ne!(call.link(), Some(LinkState::Connected));
        call.world.tear_down_wall(call.ada, call.ben);
        call.is_whole_within(40_000);
        let made = [call.ada, call.ben].map(|page| call.world.pages[page].made);
        call.world.run_for(60_000);
        assert!(call.world.is_whole());
        assert_eq!(
            [call.ada, call.ben].map(|page| call.world.pages[page].made),
            made
        );
        call.assert_chat_works();
    });
}

#[test]
fn after_many_failures_the_tile_says_so_and_trying_goes_on() {
    story(|mut call| {
        call.world.raise_wall(call.ada, call.ben);
        call.world.run_for(180_000);
        assert_eq!(call.link(), Some(LinkState::Failed));
        assert_eq!(call.presence(), Some(Presence::Connected));
        call.world.tear_down_wall(call.ada, call.ben);
        call.is_whole_within(60_000);
    });
}

#[test]
fn a_machine_that_was_off_the_network_is_back_in_the_conversation_soon_after() {
    story(|mut call| {
        call.world.set_online(call.ben, false);
        call.world.run_for(30_000);
        call.world.set_online(call.ben, true);
        call.is_whole_within(20_000);
    });
}

#[test]
fn a_page_that_is_loaded_again_is_the_same_person_on_a_new_connection() {
    story(|mut call| {
        let id = call.world.pages[call.ben].id();
        call.ben = call.world.reload(call.ben);
        call.is_whole_within(3000);
        assert_eq!(call.world.pages[call.ben].id(), id);
        assert_eq!(call.world.pages[call.ada].made, 2);
        call.world.run_for(60_000);
        assert!(call.world.is_whole());
        assert_eq!(call.world.pages[call.ada].made, 2);
    });
}

#[test]
fn a_second_tab_with_the_same_token_takes_over_and_the_first_one_ends() {
    story(|mut call| {
        let first = call.ben;
        call.ben = call.world.duplicate(first);
        call.world.run_for(5000);
        let status = call.world.pages[first].client.status();
        assert_eq!(status, Status::Ended(Ending::Replaced));
        call.world.pages[first].alive = false;
        call.world.run_for(30_000);
        assert!(call.world.is_whole(), "{}", call.world.picture());
    });
}

#[test]
fn whoever_leaves_is_gone_at_once() {
    story(|mut call| {
        let gone = Notice::Gone(call.world.name(call.ben), LeaveReason::Left);
        call.world.leave(call.ben);
        call.world.run_for(400);
        assert!(call.world.is_whole());
        assert!(call.world.pages[call.ada].told.contains(&gone));
        call.world.run_for(120_000);
        assert_eq!(
            call.world.pages[call.ada].made, 1,
            "nobody tries to reach Ben"
        );
    });
}

#[test]
fn whoever_leaves_while_the_server_is_away_is_gone_too() {
    story(|mut call| {
        call.world.stop_server(Memory::Kept);
        call.world.run_for(1000);
        call.world.leave(call.ben);
        call.world.run_until(40_000, "Ben is gone", |world| {
            world.pages[call.ada].client.remotes().is_empty()
        });
        call.world.start_server();
        call.world.run_for(60_000);
        assert!(call.world.is_whole(), "{}", call.world.picture());
    });
}

#[test]
fn whoever_vanishes_is_gone_when_the_time_to_come_back_is_over() {
    story(|mut call| {
        call.world.crash(call.ben);
        call.world.run_for(60_000);
        assert!(call.world.is_whole(), "{}", call.world.picture());
        let gone = Notice::Gone(call.world.name(call.ben), LeaveReason::Lost);
        assert!(call.world.pages[call.ada].told.contains(&gone));
    });
}

#[test]
fn somebody_whom_the_server_lost_stays_as_long_as_they_can_be_seen_and_heard() {
    story(|mut call| {
        call.world.block_server(call.ben, true);
        call.world.run_for(120_000);
        assert_eq!(call.presence(), Some(Presence::Reconnecting));
        assert_eq!(call.link(), Some(LinkState::Connected));
        call.assert_chat_works();
        call.world.block_server(call.ben, false);
        call.is_whole_within(12_000);
        call.assert_first_connection();
    });
}

#[test]
fn a_muted_microphone_stays_muted_whatever_is_repaired() {
    story(|mut call| {
        let muted = MediaState {
            microphone: false,
            camera: true,
            screen: false,
        };
        call.world.pages[call.ben].media_said.clear();
        call.world.feed(call.ben, Input::Media(muted));
        call.world.cut_socket(call.ben);
        call.world.run_for(3000);
        call.world.stop_server(Memory::Lost);
        call.world.raise_wall(call.ada, call.ben);
        call.world.run_for(40_000);
        call.world.heal();
        call.is_whole_within(60_000);
        call.world.run_for(1000);
        assert!(
            call.world.pages[call.ben].made > 1,
            "there was something to repair"
        );
        let said = &call.world.pages[call.ben].media_said;
        assert!(said.iter().all(|media| !media.microphone));
        assert_eq!(said.last(), Some(&muted));
        let ben = call.world.pages[call.ben].id();
        let seen = call.world.pages[call.ada].remote(&ben).map(Remote::media);
        assert_eq!(seen, Some(muted));
    });
}

#[test]
fn somebody_who_was_given_up_too_early_is_back_at_once_on_another_connection() {
    story(|mut call| {
        call.world.block_server(call.ben, true);
        call.world.run_for(45_000);
        call.world.raise_wall(call.ada, call.ben);
        call.world.run_until(20_000, "Ada gives Ben up", |world| {
            world.pages[call.ada].client.remotes().is_empty()
        });
        call.world.tear_down_wall(call.ada, call.ben);
        call.world.block_server(call.ben, false);
        call.world
            .run_until(20_000, "Ben has reached the server", |world| {
                world.pages[call.ben].is_joined()
            });
        call.is_whole_within(2000);
        assert_eq!(call.world.pages[call.ben].made, 2);
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
