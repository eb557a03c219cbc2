//! Stories of what people write to each other.

use meeting::client::{Input, Notice};

use simulation::network::Weather;
use simulation::random::with_seeds;
use simulation::world::World;

const SEEDS: u64 = 100;

fn story(tell: impl Fn(World, usize, usize)) {
    with_seeds(SEEDS, |seed| {
        let mut world = World::new(seed, Weather::FAIR);
        let (ada, ben) = (world.join("Ada"), world.join("Ben"));
        world.run_until(3000, "Ada and Ben are connected", World::is_whole);
        world.run_for(1000);
        tell(world, ada, ben);
    });
}

#[test]
fn what_was_written_before_somebody_came_is_there_for_them_and_is_no_news() {
    story(|mut world, ada, ben| {
        world.send_chat(ada, "one");
        world.run_for(500);
        world.send_chat(ben, "two");
        world.run_for(500);
        let eve = world.join("Eve");
        world.run_until(3000, "Eve is connected", World::is_whole);
        world.run_for(1000);
        let mut read = world.pages[eve].chat();
        read.sort_unstable();
        assert_eq!(read, ["one", "two"]);
        let news = world.pages[eve]
            .told
            .iter()
            .filter(|it| matches!(it, Notice::ChatMessage(..)));
        assert_eq!(news.count(), 0);
    });
}

#[test]
fn what_is_written_while_the_connection_is_away_arrives_once_and_in_order() {
    story(|mut world, ada, ben| {
        world.send_chat(ada, "0");
        world.run_for(500);
        world.raise_wall(ada, ben);
        let mut number = 1;
        while world.pages[ada].made < 3 {
            world.send_chat(ada, &number.to_string());
            number += 1;
            world.run_for(700);
            assert!(number < 1000);
        }
        world.tear_down_wall(ada, ben);
        // Ada goes on while the new connection comes up.
        while !world.is_whole() {
            world.send_chat(ada, &number.to_string());
            number += 1;
            world.run_for(20);
            assert!(number < 5000);
        }
        world.send_chat(ada, &number.to_string());
        world.run_for(1000);
        let written: Vec<String> = (0..=number).map(|number| number.to_string()).collect();
        assert_eq!(world.pages[ada].chat(), written);
        assert_eq!(world.pages[ben].chat(), written);
    });
}

#[test]
fn somebody_who_was_lost_and_comes_back_reads_nothing_twice() {
    story(|mut world, ada, ben| {
        world.send_chat(ada, "Are you there?");
        world.send_chat(ben, "I am.");
        world.run_for(500);
        world.set_online(ben, false);
        world.run_until(90_000, "Ada gives Ben up", |world| {
            world.pages[ada].client.remotes().is_empty()
        });
        world.set_online(ben, true);
        world.run_until(30_000, "Ben is back", World::is_whole);
        world.run_for(1000);
        for page in [ada, ben] {
            let mut read = world.pages[page].chat();
            read.sort_unstable();
            assert_eq!(read, ["Are you there?", "I am."]);
        }
    });
}

#[test]
fn whoever_comes_last_reads_what_was_written_in_turn_as_everybody_else_does_with_sane_times() {
    story(|mut world, ada, ben| {
        let written: Vec<String> = (0..8).map(|number| number.to_string()).collect();
        for (index, text) in written.iter().enumerate() {
            world.send_chat(if index % 2 == 0 { ada } else { ben }, text);
            world.run_for(500);
        }
        let eve = world.join("Eve");
        world.run_until(3000, "Eve is connected", World::is_whole);
        world.run_for(1000);
        for page in [ada, ben, eve] {
            assert_eq!(world.pages[page].chat(), written);
            // The clocks of their machines are hours apart.
            let ahead = world.pages[page].clock_ahead;
            let times: Vec<u64> = (world.pages[page].client.chat())
                .map(|entry| entry.message.at - ahead)
                .collect();
            assert!(times.is_sorted(), "{times:?}");
            assert!(times.iter().all(|at| *at <= world.now), "{times:?}");
        }
    });
}

#[test]
fn what_was_written_on_a_page_that_died_reaches_whoever_came_before_that_was_noticed() {
    story(|mut world, ada, ben| {
        world.send_chat(ada, "Remember this");
        world.run_for(500);
        world.crash(ada);
        let eve = world.join("Eve");
        world.run_until(90_000, "Ada is given up", |world| {
            world.pages[eve].client.remotes().len() == 1
                && world.pages[ben].client.remotes().len() == 1
        });
        world.run_for(1000);
        assert_eq!(world.pages[eve].chat(), ["Remember this"]);
    });
}

#[test]
fn what_was_written_outlives_a_reload_and_the_end_of_its_author() {
    story(|mut world, ada, ben| {
        world.send_chat(ada, "one");
        world.run_for(500);
        let again = world.reload(ada);
        world.run_until(10_000, "Ada is back", World::is_whole);
        world.send_chat(ben, "two");
        world.run_for(500);
        assert_eq!(world.pages[again].chat(), ["one", "two"]);
        world.leave(ben);
        world.run_for(500);
        let eve = world.join("Eve");
        world.run_until(10_000, "Eve is connected", World::is_whole);
        world.run_for(1000);
        assert_eq!(world.pages[eve].chat(), ["one", "two"]);
    });
}

#[test]
fn what_was_edited_and_taken_back_is_so_for_everybody_however_they_came_to_know_it() {
    story(|mut world, ada, ben| {
        for text in ["one", "two", "three"] {
            world.send_chat(ada, text);
            world.run_for(500);
        }
        world.delete_last(ada);
        // The edit does not come through, and is made up for.
        world.raise_wall(ada, ben);
        world.edit_last(ada, "2");
        let made = world.pages[ada].made;
        world.run_until(60_000, "the connection is made anew", |world| {
            world.pages[ada].made > made
        });
        world.tear_down_wall(ada, ben);
        world.run_until(60_000, "Ada and Ben are connected", World::is_whole);
        let eve = world.join("Eve");
        world.run_until(3000, "Eve is connected", World::is_whole);
        world.run_for(1000);
        for page in [ada, ben, eve] {
            assert_eq!(world.pages[page].chat(), ["one", "2"]);
        }
    });
}

#[test]
fn whoever_writes_knows_who_has_it() {
    story(|mut world, ada, ben| {
        let ben_has = |world: &World| {
            let ben = world.pages[ben].id();
            world.pages[ada].client.received_by(&ben)
        };
        world.send_chat(ada, "one");
        world.run_for(1000);
        assert_eq!(ben_has(&world), Some(1));
        world.raise_wall(ada, ben);
        world.send_chat(ada, "two");
        world.run_for(2000);
        assert_eq!(ben_has(&world), Some(1));
        world.tear_down_wall(ada, ben);
        world.run_until(60_000, "Ben has it", |world| ben_has(world) == Some(2));
        assert_eq!(world.pages[ben].chat(), ["one", "two"]);
    });
}

#[test]
fn whoever_writes_is_seen_to_write_until_they_have_written() {
    story(|mut world, ada, ben| {
        let is_seen = |world: &World| {
            let ada = world.pages[ada].id();
            world.pages[ben].client.is_typing(&ada)
        };
        world.feed(ada, Input::Typing(None));
        world.run_for(500);
        assert!(is_seen(&world));
        world.send_chat(ada, "there it is");
        world.run_for(500);
        assert!(!is_seen(&world));
        world.feed(ada, Input::Typing(None));
        world.run_for(500);
        assert!(is_seen(&world));
        world.run_for(6000);
        assert!(!is_seen(&world), "they thought better of it");
    });
}
