//! Where each tile stands: plain geometry, in CSS pixels on a page and in pixels of a recording.

/// The part of the stage a tile belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The large tiles.
    Stage,
    /// The row of small faces beside a shared screen or a pinned person.
    Strip,
    /// The small picture of oneself in the corner.
    SelfView,
}

/// The space the tiles share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// From the left edge to the right one.
    pub width: f64,
    /// From the upper edge to the lower one.
    pub height: f64,
}

/// Where one tile is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// From the left edge.
    pub x: f64,
    /// From the upper edge.
    pub y: f64,
    /// From the left edge to the right one.
    pub width: f64,
    /// From the upper edge to the lower one.
    pub height: f64,
}

/// Between two tiles.
const GAP: f64 = 8.0;
/// Between the self view and the edges of the stage.
const MARGIN: f64 = 12.0;
/// The narrowest and the widest a tile may be, as width by height.
type Aspects = (f64, f64);
/// Beyond these too much of a face would be cut off.
const ASPECTS: Aspects = (0.5, 2.0);
/// The part of a picture that must be seen, as width by height: on a wide stage more than on a
/// narrow one, where the sides of a picture are cut off.
const SEEN_WIDE: f64 = 4.0 / 3.0;
const SEEN_NARROW: f64 = 1.0;
/// What most cameras give.
const CAMERA_ASPECT: f64 = 16.0 / 9.0;

/// The height of what is written along the lower edge of a tile: a state of three lines, which is the
/// most that the style sheet shows, and the name below it.
const PLATES: f64 = 100.0;
/// Both sides of the upper left corner of a tile, where the button is that pins it.
const PIN: f64 = 48.0;

/// Gives every tile its rectangle according to its part of the stage, in the order given.
///
/// The self view covers a part of what is below it, but never anything written there: where the
/// tiles are too small for that, it stands among them.
pub fn arrange(space: Size, parts: &[Part]) -> Vec<Rect> {
    let count = |wanted: Part| parts.iter().filter(|&&part| part == wanted).count();
    let (stage, strip_tiles) = match count(Part::Strip) {
        0 => (whole(space), Vec::new()),
        faces => beside_strip(space, faces),
    };
    let mut large = grid(stage, count(Part::Stage), ASPECTS);
    let mut self_view = corner(space);
    if count(Part::SelfView) > 0 && large.iter().any(|tile| covers_marks(&self_view, tile)) {
        large = grid(stage, count(Part::Stage) + 1, ASPECTS);
        self_view = large.pop().unwrap_or_default();
    }
    let mut large = large.into_iter();
    let mut small = strip_tiles.into_iter();
    let rect = |part: &Part| match part {
        Part::Stage => large.next(),
        Part::Strip => small.next(),
        Part::SelfView => Some(self_view),
    };
    parts
        .iter()
        .map(rect)
        .map(Option::unwrap_or_default)
        .collect()
}

/// Equal tiles that show as much of the faces as they can, none narrower or wider than `aspects`.
fn grid(area: Rect, count: usize, aspects: Aspects) -> Vec<Rect> {
    let cell = |columns: usize| {
        let rows = count.div_ceil(columns);
        let width = share(area.width, columns);
        let height = share(area.height, rows);
        let (narrowest, widest) = aspects;
        (width.min(height * widest), height.min(width / narrowest))
    };
    let seen = if area.width > area.height {
        SEEN_WIDE
    } else {
        SEEN_NARROW
    };
    let shown = |columns: &usize| {
        let (width, height) = cell(*columns);
        height.min(width / seen)
    };
    // Of equally good ones the last: the fewest columns, hence the widest tiles.
    let best = (1..=count)
        .rev()
        .max_by(|a, b| shown(a).total_cmp(&shown(b)));
    let Some(columns) = best else {
        return Vec::new();
    };
    let (width, height) = cell(columns);
    let rows = count.div_ceil(columns);
    let top = area.y + (area.height - span(height, rows)) / 2.0;
    let rect = |index: usize| {
        let (row, column) = (index / columns, index % columns);
        let in_row = columns.min(count - row * columns);
        let left = area.x + (area.width - span(width, in_row)) / 2.0;
        Rect {
            x: left + offset(width, column),
            y: top + offset(height, row),
            width,
            height,
        }
    };
    (0..count).map(rect).collect()
}

/// The area left for the stage, and the rectangles of the faces beside or below it. They stand in one
/// line, as long as they are not so many that two show more of them.
fn beside_strip(space: Size, faces: usize) -> (Rect, Vec<Rect>) {
    let area = whole(space);
    if space.width > space.height * 1.2 {
        let width = (space.width * 0.18).clamp(120.0, 260.0);
        let x = space.width - width;
        let stage = Rect {
            width: x - GAP,
            ..area
        };
        let strip = Rect { x, width, ..area };
        (stage, grid(strip, faces, (CAMERA_ASPECT, f64::INFINITY)))
    } else {
        let height = (space.height * 0.16).clamp(64.0, 160.0);
        let y = space.height - height;
        let stage = Rect {
            height: y - GAP,
            ..area
        };
        let strip = Rect { y, height, ..area };
        (stage, grid(strip, faces, (0.0, CAMERA_ASPECT)))
    }
}

/// Whether something covers what is written on a tile, or the button on it.
fn covers_marks(cover: &Rect, tile: &Rect) -> bool {
    let plates = Rect {
        y: tile.y + tile.height - PLATES,
        height: PLATES,
        ..*tile
    };
    let pin = Rect {
        width: PIN,
        height: PIN,
        ..*tile
    };
    overlap(cover, &plates) || overlap(cover, &pin)
}

/// Whether two rectangles share more than an edge.
fn overlap(a: &Rect, b: &Rect) -> bool {
    let across = a.x < b.x + b.width - 0.01 && b.x < a.x + a.width - 0.01;
    let down = a.y < b.y + b.height - 0.01 && b.y < a.y + a.height - 0.01;
    across && down
}

/// The upper right corner: names stand at the lower edge.
fn corner(space: Size) -> Rect {
    let width = (space.width * 0.18)
        .clamp(112.0, 240.0)
        .min(space.width / 2.0);
    let height = width * 3.0 / 4.0;
    let x = space.width - width - MARGIN;
    Rect {
        x,
        y: MARGIN,
        width,
        height,
    }
}

fn whole(space: Size) -> Rect {
    Rect {
        x: 0.0,
        y: 0.0,
        width: space.width,
        height: space.height,
    }
}

/// One of `parts` equal parts of a length, gaps taken off.
fn share(length: f64, parts: usize) -> f64 {
    ((length - GAP * (number(parts) - 1.0)) / number(parts)).max(0.0)
}

/// The length of `parts` equal parts and the gaps between them.
fn span(length: f64, parts: usize) -> f64 {
    offset(length, parts) - GAP
}

fn offset(length: f64, parts: usize) -> f64 {
    (length + GAP) * number(parts)
}

/// A room holds a few dozen people at most.
fn number(count: usize) -> f64 {
    u32::try_from(count).unwrap_or(u32::MAX).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESKTOP: Size = Size {
        width: 1440.0,
        height: 800.0,
    };
    const PHONE: Size = Size {
        width: 344.0,
        height: 600.0,
    };

    fn columns(space: Size, count: usize) -> usize {
        in_first_row(&arrange(space, &vec![Part::Stage; count]))
    }

    fn in_first_row(rects: &[Rect]) -> usize {
        let is_in_it = |rect: &&Rect| (rect.y - rects[0].y).abs() < 1.0;
        rects.iter().filter(is_in_it).count()
    }

    #[test]
    fn a_wide_screen_puts_people_side_by_side_and_a_phone_puts_them_in_a_stack() {
        assert_eq!(
            [1, 2, 3, 4, 6, 9].map(|n| columns(DESKTOP, n)),
            [1, 2, 2, 2, 3, 3]
        );
        assert_eq!(
            [1, 2, 3, 4, 6, 8].map(|n| columns(PHONE, n)),
            [1, 1, 1, 2, 2, 2]
        );
    }

    #[test]
    fn one_person_fills_the_stage() {
        let rects = arrange(DESKTOP, &[Part::Stage]);
        assert_eq!(rects, [whole(DESKTOP)]);
    }

    #[test]
    fn large_tiles_are_equal_inside_the_stage_and_apart_from_each_other() {
        for space in [
            DESKTOP,
            PHONE,
            Size {
                width: 768.0,
                height: 900.0,
            },
        ] {
            for (stage, strip) in [(1, 0), (2, 0), (5, 0), (8, 0), (1, 4), (2, 8), (3, 1)] {
                let parts = [vec![Part::Stage; stage], vec![Part::Strip; strip]].concat();
                let rects = arrange(space, &parts);
                for (index, rect) in rects.iter().enumerate() {
                    assert!(rect.width > 0.0 && rect.height > 0.0, "{rect:?}");
                    assert!(rect.x >= -0.01 && rect.x + rect.width <= space.width + 0.01);
                    assert!(rect.y >= -0.01 && rect.y + rect.height <= space.height + 0.01);
                    let others = &rects[index + 1..];
                    assert!(
                        !others.iter().any(|other| overlap(rect, other)),
                        "{space:?} {parts:?}"
                    );
                }
                let equal =
                    |rect: &Rect| (rect.width, rect.height) == (rects[0].width, rects[0].height);
                assert!(rects[..stage].iter().all(equal));
            }
        }
    }

    #[test]
    fn a_last_row_with_fewer_people_stands_in_the_middle() {
        let rects = arrange(DESKTOP, &[Part::Stage; 3]);
        let middle = rects[2].x + rects[2].width / 2.0;
        assert!((middle - DESKTOP.width / 2.0).abs() < 0.01);
    }

    #[test]
    fn a_shared_screen_gets_most_of_the_space() {
        for space in [DESKTOP, PHONE] {
            let rects = arrange(space, &[Part::Strip, Part::Stage, Part::Strip]);
            let stage = rects[1];
            assert!(stage.width * stage.height > 0.7 * space.width * space.height);
        }
    }

    #[test]
    fn many_faces_beside_a_screen_stand_in_as_many_lines_as_show_most_of_them() {
        let in_a_row = |space: Size, faces: usize| {
            let parts = [vec![Part::Stage], vec![Part::Strip; faces]].concat();
            in_first_row(&arrange(space, &parts)[1..])
        };
        // Beside the screen, and below it.
        let columns = [1, 7, 10, 11, 49].map(|faces| in_a_row(DESKTOP, faces));
        assert_eq!(columns, [1, 1, 1, 2, 3]);
        let rows = [1, 5, 6, 20].map(|faces: usize| faces.div_ceil(in_a_row(PHONE, faces)));
        assert_eq!(rows, [1, 1, 2, 3]);
    }

    #[test]
    fn the_self_view_stays_in_its_corner() {
        let rects = arrange(DESKTOP, &[Part::SelfView, Part::Stage]);
        assert!(rects[0].x > DESKTOP.width / 2.0 && rects[0].y < DESKTOP.height / 2.0);
        assert_eq!(rects[1], whole(DESKTOP));
    }

    #[test]
    fn the_self_view_covers_no_name_no_state_and_no_button_at_any_size() {
        for width in (296..1500).step_by(4) {
            for height in (200..1000).step_by(20) {
                let space = Size {
                    width: width.into(),
                    height: height.into(),
                };
                for others in 1..8 {
                    let parts = [vec![Part::SelfView], vec![Part::Stage; others]].concat();
                    let rects = arrange(space, &parts);
                    let (self_view, tiles) = rects.split_first().unwrap();
                    let apart = !tiles.iter().any(|tile| overlap(self_view, tile));
                    let clear = !tiles.iter().any(|tile| covers_marks(self_view, tile));
                    assert!(apart || clear, "{others} others at {space:?}");
                }
            }
        }
    }

    #[test]
    fn a_stage_without_space_or_people_is_no_trouble() {
        assert_eq!(arrange(DESKTOP, &[]), []);
        let rects = arrange(Size::default(), &[Part::Stage, Part::Stage, Part::Strip]);
        assert_eq!(rects.len(), 3);
    }
}
