//! What a browser records becomes a file that players can seek in.

mod played;
mod written;

use std::time::Duration;

use meeting::recording::webm::{Ends, Index};
use proptest::collection::vec;
use proptest::prelude::*;

use played::Played;
use written::{
    Block, CHROMIUM, PICTURE, SOUND, Size, Style, Tracks, Written, ebml, element, number, styles,
    unknown, with_size,
};

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Index {
    let mut index = Index::default();
    pieces.into_iter().for_each(|piece| index.push(piece));
    index
}

fn ends(bytes: &[u8]) -> Option<Ends> {
    read([bytes]).finish()
}

/// The finished file.
fn finished(bytes: &[u8], ends: &Ends) -> Vec<u8> {
    let [start, end] = [ends.body.start, ends.body.end].map(|it| usize::try_from(it).unwrap());
    [&ends.head, &bytes[start..end], &ends.tail].concat()
}

fn play(bytes: &[u8]) -> Played {
    Played::of(&finished(bytes, &ends(bytes).unwrap()))
}

/// The blocks of a recording of which so many bytes are there, with their times in ticks.
fn whole_blocks(written: &Written, style: Style, length: usize) -> Vec<Block> {
    let clusters = written.clusters.iter();
    let whole = clusters.filter(|it| style.clusters == Size::Unknown || it.end <= length);
    let blocks = whole.flat_map(|it| &it.blocks);
    let whole = blocks.filter(|(_, end)| *end <= length);
    whole
        .map(|(block, _)| Block {
            at: style.ticks(block.at),
            ..*block
        })
        .collect()
}

#[test]
fn a_finished_recording_says_how_long_it_is_and_where_to_begin() {
    for style in styles() {
        let written = style.record(7_480, 600);
        let index = read([&written.bytes[..]]);
        assert_eq!(index.duration(), Duration::from_millis(7_480), "{style:?}");
        let played = Played::of(&finished(&written.bytes, &index.finish().unwrap()));
        assert_eq!(played.duration, style.ticks(7_480) as f64, "{style:?}");
        assert_eq!(played.tracks, written.tracks, "{style:?}");

        // One cluster begins every 600 milliseconds, and two cues are a second apart at least.
        let track = match style.tracks {
            Tracks::PictureAndSound => PICTURE,
            Tracks::Sound => SOUND,
        };
        let cues: Vec<_> = played.cues.iter().map(|cue| (cue.0, cue.1)).collect();
        let expected = (0..7).map(|number| (style.ticks(number * 1_200), track));
        assert_eq!(cues, expected.collect::<Vec<_>>(), "{style:?}");
    }
}

#[test]
fn nothing_of_what_was_recorded_is_lost() {
    for style in styles() {
        let written = style.record(2_000, 600);
        let blocks = play(&written.bytes).blocks();
        let recorded = whole_blocks(&written, style, written.bytes.len());
        let places =
            |blocks: &[Block]| -> Vec<_> { blocks.iter().map(|it| (it.track, it.at)).collect() };
        assert_eq!(places(&blocks), places(&recorded), "{style:?}");
    }
}

#[test]
fn the_pieces_in_which_it_comes_make_no_difference() {
    for style in styles() {
        let written = style.record(120, 60);
        let expected = ends(&written.bytes);
        for cut in 0..=written.bytes.len() {
            let (first, second) = written.bytes.split_at(cut);
            assert_eq!(
                read([first, second]).finish(),
                expected,
                "{style:?} at {cut}"
            );
        }
        assert_eq!(
            read(written.bytes.chunks(1)).finish(),
            expected,
            "{style:?}"
        );
    }
}

/// A crash cuts off what was being written.
#[test]
fn of_a_recording_that_is_cut_off_all_is_kept_that_is_whole() {
    for style in styles() {
        let written = style.record(120, 60);
        for length in 0..written.bytes.len() {
            let bytes = &written.bytes[..length];
            let expected = whole_blocks(&written, style, length);
            let Some(ends) = ends(bytes) else {
                assert_eq!(expected, [], "{style:?} of {length} bytes");
                continue;
            };
            let blocks = Played::of(&finished(bytes, &ends)).blocks();
            let count = (blocks.len(), expected.len());
            assert_eq!(count.0, count.1, "{style:?} of {length} bytes");
        }
    }
}

#[test]
fn a_file_that_is_finished_stays_as_it_is() {
    for style in styles() {
        let written = style.record(3_000, 600);
        let once = finished(&written.bytes, &ends(&written.bytes).unwrap());
        let twice = finished(&once, &ends(&once).unwrap());
        assert!(once == twice, "{style:?}");
    }
}

#[test]
fn what_is_said_of_the_whole_is_kept_but_for_what_is_not_so_any_more() {
    let style = Style {
        padding: true,
        ..CHROMIUM
    };
    let duration = element(0x4489, &1.0_f64.to_be_bytes());
    let info = style.info(&duration);
    let mut written = style.record(400, 200);
    let at = written
        .bytes
        .windows(4)
        .position(|it| *it == info[..4])
        .unwrap();
    let old = style.info(&[]).len();
    written.bytes.splice(at..at + old, info);
    let played = play(&written.bytes);
    assert_eq!(played.duration, 400.0);
    let said: Vec<_> = played.info.iter().map(|(id, _)| *id).collect();
    assert_eq!(said, [0x2A_D7B1, 0x4D80, 0x5741]);
    assert_eq!(played.info[2].1, b"a browser");
}

#[test]
fn a_recording_becomes_longer_as_it_is_read() {
    let written = CHROMIUM.record(4_000, 1_000);
    let mut index = Index::default();
    let mut before = Duration::ZERO;
    for piece in written.bytes.chunks(100) {
        index.push(piece);
        assert!(index.duration() >= before);
        before = index.duration();
    }
    assert_eq!(before, Duration::from_millis(4_000));
}

/// A file with these clusters, and one track that says of its blocks what is given.
fn with_clusters(track: &[u8], clusters: &[Vec<u8>]) -> Vec<u8> {
    let entry = [number(0xD7, PICTURE), number(0x83, 1), track.to_vec()];
    let tracks = element(0x1654_AE6B, &element(0xAE, &entry.concat()));
    let head = [
        ebml(),
        unknown(0x1853_8067, &[]),
        CHROMIUM.info(&[]),
        tracks,
    ];
    [head.concat(), clusters.concat()].concat()
}

/// A cluster of unknown size with pictures at these times, in milliseconds.
fn pictures(times: &[u64]) -> Vec<u8> {
    let blocks = times.iter().map(|at| {
        let [high, low] = u16::try_from(at - times[0]).unwrap().to_be_bytes();
        element(0xA3, &[0x81, high, low, 0x80, 1, 2, 3])
    });
    let data = [number(0xE7, times[0]), blocks.collect::<Vec<_>>().concat()];
    unknown(0x1F43_B675, &data.concat())
}

#[test]
fn the_last_picture_lasts_as_long_as_the_one_before_it_or_as_its_track_says() {
    let says = number(0x23_E383, 33_000_000);
    for (track, times, millis) in [
        (&says[..], &[0][..], 33),
        (&[], &[0], 0),
        (&says, &[0, 40, 90], 140),
        (&[], &[0, 40, 90], 140),
        // After a pause nobody knows.
        (&[], &[0, 40, 20_000], 21_000),
        (&[], &[0, 40, 20_000, 20_050], 20_100),
    ] {
        let file = with_clusters(track, &[pictures(times)]);
        assert_eq!(
            read([&file[..]]).duration(),
            Duration::from_millis(millis),
            "{times:?}"
        );
        assert_eq!(play(&file).duration, millis as f64, "{times:?}");
    }
}

#[test]
fn what_makes_no_sense_is_passed_over_up_to_the_next_cluster() {
    let (first, last) = (pictures(&[0, 40]), pictures(&[5_000, 5_040]));
    let endless = with_size(0xA3, &[0x01, 127, 0, 0, 0, 0, 0, 0], &[0x81, 0, 80, 0x80]);
    for odd in [
        vec![0; 1000],
        endless,
        // A block that swallows the id of the next cluster.
        vec![0xA3],
        with_size(0x1F43_B675, &[0], &[]),
        with_size(0xA0, &[0xFF], &[]),
        element(0xA0, &with_size(0xA1, &[0x90], &[0x81, 0, 80, 0])),
    ] {
        let file = with_clusters(&[], &[first.clone(), odd.clone(), last.clone()]);
        let ends = ends(&file).unwrap();
        assert_eq!(ends.body.end, file.len() as u64, "{odd:?}");
        let index = read([&file[..]]);
        assert_eq!(index.duration(), Duration::from_millis(5_080), "{odd:?}");
    }
}

#[test]
fn what_makes_no_sense_at_the_end_is_left_out() {
    // What a file system has after it lost its power.
    let file = with_clusters(&[], &[pictures(&[0, 40]), vec![0; 5_000]]);
    let ends = ends(&file).unwrap();
    assert_eq!(ends.body.end, file.len() as u64 - 5_000);
    assert_eq!(play(&file).duration, 80.0);
}

#[test]
fn a_cluster_that_is_shorter_than_it_says_does_not_count() {
    let blocks = [number(0xE7, 60), element(0xA3, &[0x81, 0, 0, 0x80])].concat();
    let short = with_size(0x1F43_B675, &[0x50, 0], &blocks);
    let file = with_clusters(&[], &[pictures(&[0, 40]), short.clone()]);
    assert_eq!(
        ends(&file).unwrap().body.end,
        (file.len() - short.len()) as u64
    );
    assert_eq!(play(&file).duration, 80.0);
}

#[test]
fn another_file_behind_the_first_one_is_no_part_of_it() {
    let mut written = CHROMIUM.record(1_000, 500);
    let length = written.bytes.len() as u64;
    written.bytes.extend(CHROMIUM.record(9_000, 500).bytes);
    let ends = ends(&written.bytes).unwrap();
    assert_eq!(ends.body.end, length);
    assert_eq!(
        read([&written.bytes[..]]).duration(),
        Duration::from_millis(1_000)
    );
}

#[test]
fn what_can_be_understood_by_nobody_is_left_as_it_is() {
    let head = [ebml(), unknown(0x1853_8067, &[]), CHROMIUM.info(&[])].concat();
    let huge = with_size(0x1654_AE6B, &[0x01, 0, 0, 1, 0, 0, 0, 0], &[0; 100]);
    let recording = CHROMIUM.record(400, 200).bytes;
    let matroska = ebml().len();
    for bytes in [
        Vec::new(),
        b"\0\0\0\x20ftypisom".repeat(100),
        vec![0xFF; 1000],
        element(0x1A45_DFA3, &element(0x4282, b"docs")),
        [
            &element(0x1A45_DFA3, &element(0x4282, b"docs")),
            &recording[matroska..],
        ]
        .concat(),
        head.clone(),
        [head.clone(), pictures(&[0, 40])].concat(),
        [head.clone(), huge, pictures(&[0, 40])].concat(),
        [head, vec![0; 100], recording.clone()].concat(),
        with_clusters(&[], &[]),
        with_clusters(&[], &[unknown(0x1F43_B675, &number(0xE7, 0))]),
        with_clusters(&[], &[element(0xEC, &[])]),
    ] {
        assert_eq!(ends(&bytes), None, "{:?}", &bytes[..bytes.len().min(80)]);
    }
}

/// A size of some terabytes must not make a page look for as much memory.
#[test]
fn what_comes_before_the_first_cluster_may_be_a_megabyte_and_no_more() {
    for (length, is_understood) in [(1_000_000, true), (1_050_000, false)] {
        let tags = element(0x1254_C367, &vec![7; length]);
        let file = with_clusters(&[], &[tags, pictures(&[0, 40])]);
        assert_eq!(ends(&file).is_some(), is_understood, "{length}");
    }
}

#[test]
fn a_time_as_late_as_any_is_no_trouble() {
    for at in [u64::MAX, 1 << 63, 1 << 53] {
        let scale = number(0x2A_D7B1, u64::MAX);
        let info = element(0x1549_A966, &scale);
        let entry = [number(0xD7, PICTURE), number(0x83, 1)];
        let tracks = element(0x1654_AE6B, &element(0xAE, &entry.concat()));
        let block = element(0xA3, &[0x81, 0x7F, 0xFF, 0x80]);
        let cluster = unknown(0x1F43_B675, &[number(0xE7, at), block].concat());
        let file = [ebml(), unknown(0x1853_8067, &[]), info, tracks, cluster].concat();
        assert!(ends(&file).is_some());
        assert_eq!(read([&file[..]]).duration(), Duration::from_nanos(u64::MAX));
    }
}

fn any_style() -> impl Strategy<Value = Style> {
    proptest::sample::select(styles())
}

proptest! {
    #[test]
    fn any_pieces_give_the_same(
        style in any_style(),
        lengths in vec(1usize..200, 1..40),
    ) {
        let written = style.record(1_200, 400);
        let mut rest = &written.bytes[..];
        let mut index = Index::default();
        for length in lengths {
            let (piece, later) = rest.split_at(length.min(rest.len()));
            index.push(piece);
            rest = later;
        }
        index.push(rest);
        prop_assert_eq!(index.finish(), ends(&written.bytes));
    }

    #[test]
    fn whatever_comes_the_body_is_a_part_of_it(bytes in vec(any::<u8>(), 0..2_000)) {
        prop_assert_eq!(ends(&bytes), None);
        let file = with_clusters(&[], &[pictures(&[0, 40]), bytes, pictures(&[80])]);
        let ends = ends(&file).unwrap();
        prop_assert!(ends.body.start < ends.body.end);
        prop_assert!(ends.body.end <= file.len() as u64);
    }

    #[test]
    fn what_is_changed_on_the_way_does_no_harm(
        style in any_style(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = style.record(400, 200).bytes;
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(ends) = ends(&bytes) {
            prop_assert!(ends.body.start < ends.body.end);
            prop_assert!(ends.body.end <= bytes.len() as u64);
            prop_assert!(ends.head.len() + ends.tail.len() < bytes.len() + 1_000);
        }
    }
}
