//! Where each picture stands on the canvas of a recording, and which part of it is shown.

use crate::layout::{Part, Rect, Size, arrange};

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody. Their picture fills its cell; what does not fit is cut off at its edges.
    Face,
    /// A shared screen. All of it is shown, as large as its cell allows.
    Screen,
}

/// A picture to be recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Picture {
    /// What it shows.
    pub kind: Kind,
    /// The size of the video, in its pixels; nothing where there is none, and only a name to be seen.
    pub size: Option<Size>,
}

/// Where a picture is drawn.
///
/// Where there is no video, or one without pixels, `source` and `picture` are empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// The tile, on the canvas.
    pub cell: Rect,
    /// The part of the video that is drawn, in pixels of the video.
    pub source: Rect,
    /// Where on the canvas that part is drawn: inside the cell, and of the form of the source.
    pub picture: Rect,
}

/// The shorter side of the space in which the tiles are placed. A canvas of another size holds the
/// same, larger or smaller.
const SHORTER_SIDE: f64 = 720.0;

/// Places each picture, in the order given: the screens large and the faces beside them, or the faces
/// in a grid.
///
/// Whatever the sizes are, everything is inside the canvas; on one without pixels everything is empty.
pub fn compose(canvas: Size, pictures: &[Picture]) -> Vec<Placement> {
    let cells = cells(pixels(canvas).unwrap_or_default(), pictures);
    let placed = pictures.iter().zip(cells);
    placed
        .map(|(picture, cell)| match picture.size.and_then(pixels) {
            None => without_picture(cell),
            Some(size) => match picture.kind {
                Kind::Face => filling(cell, size),
                Kind::Screen => whole(cell, size),
            },
        })
        .collect()
}

/// A size, if there is anything to see in it.
fn pixels(size: Size) -> Option<Size> {
    let is_length = |length: f64| length.is_finite() && length > 0.0;
    (is_length(size.width) && is_length(size.height)).then_some(size)
}

fn cells(canvas: Size, pictures: &[Picture]) -> Vec<Rect> {
    let is_screen = |picture: &Picture| picture.kind == Kind::Screen;
    let faces = if pictures.iter().any(is_screen) {
        Part::Strip
    } else {
        Part::Stage
    };
    let part = |picture: &Picture| match picture.kind {
        Kind::Face => faces,
        Kind::Screen => Part::Stage,
    };
    let parts: Vec<_> = pictures.iter().map(part).collect();
    let scale = canvas.width.min(canvas.height) / SHORTER_SIDE;
    let space = Size {
        width: canvas.width / scale,
        height: canvas.height / scale,
    };
    let cells = arrange(space, &parts).into_iter();
    cells.map(|cell| scaled(cell, scale, canvas)).collect()
}

/// A rectangle as large as it is on the canvas, without what is beyond its edges.
fn scaled(rect: Rect, scale: f64, canvas: Size) -> Rect {
    let (x, width) = within(rect.x * scale, rect.width * scale, canvas.width);
    let (y, height) = within(rect.y * scale, rect.height * scale, canvas.height);
    Rect {
        x,
        y,
        width,
        height,
    }
}

/// A stretch from `start` on that is so long, as far as it is between 0 and `limit`.
fn within(start: f64, length: f64, limit: f64) -> (f64, f64) {
    // In this order what is no number becomes 0.
    let inside = start.max(0.0).min(limit);
    (inside, length.max(0.0).min(limit - inside))
}

const fn without_picture(cell: Rect) -> Placement {
    let nothing = Rect {
        width: 0.0,
        height: 0.0,
        ..cell
    };
    Placement {
        cell,
        source: Rect {
            x: 0.0,
            y: 0.0,
            ..nothing
        },
        picture: nothing,
    }
}

/// As much of the middle of a video as fills the cell.
fn filling(cell: Rect, size: Size) -> Placement {
    let video = from_corner(size);
    Placement {
        cell,
        source: middle(video, cell.width / cell.height),
        picture: cell,
    }
}

/// All of a video in the middle of the cell.
fn whole(cell: Rect, size: Size) -> Placement {
    Placement {
        cell,
        source: from_corner(size),
        picture: middle(cell, size.width / size.height),
    }
}

const fn from_corner(size: Size) -> Rect {
    let Size { width, height } = size;
    Rect {
        x: 0.0,
        y: 0.0,
        width,
        height,
    }
}

/// The largest rectangle of this form, width by height, in the middle of an area.
fn middle(area: Rect, aspect: f64) -> Rect {
    // Where the product is no number, the area has no width or no height, and the other value counts.
    let width = area.width.min(area.height * aspect);
    let height = area.height.min(area.width / aspect);
    Rect {
        x: area.x + (area.width - width) / 2.0,
        y: area.y + (area.height - height) / 2.0,
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const CANVAS: Size = Size {
        width: 1280.0,
        height: 720.0,
    };

    fn picture(kind: Kind, width: f64, height: f64) -> Picture {
        let size = Some(Size { width, height });
        Picture { kind, size }
    }

    fn aspect(rect: &Rect) -> f64 {
        rect.width / rect.height
    }

    /// One rectangle is in another, but for what is lost in computing.
    fn is_inside(inner: &Rect, outer: &Rect) -> bool {
        let lost = 1e-9 * outer.width.max(outer.height);
        inner.x >= outer.x - lost
            && inner.y >= outer.y - lost
            && inner.x + inner.width <= outer.x + outer.width + lost
            && inner.y + inner.height <= outer.y + outer.height + lost
    }

    fn overlap(a: &Rect, b: &Rect) -> bool {
        let share = |a: f64, a_length: f64, b: f64, b_length: f64| {
            (a + a_length).min(b + b_length) - a.max(b) > 1e-6 * a_length.min(b_length)
        };
        share(a.x, a.width, b.x, b.width) && share(a.y, a.height, b.y, b.height)
    }

    #[test]
    fn one_face_fills_the_canvas_and_loses_what_is_beyond_its_edges() {
        let square = picture(Kind::Face, 640.0, 640.0);
        let placed = compose(CANVAS, &[square]);
        let all = from_corner(CANVAS);
        let source = Rect {
            x: 0.0,
            y: 140.0,
            width: 640.0,
            height: 360.0,
        };
        let expected = Placement {
            cell: all,
            source,
            picture: all,
        };
        assert_eq!(placed, [expected]);
    }

    #[test]
    fn a_screen_is_shown_whole_and_large_and_the_faces_are_beside_it() {
        let face = picture(Kind::Face, 640.0, 480.0);
        let screen = picture(Kind::Screen, 1000.0, 1000.0);
        let placed = compose(CANVAS, &[face, screen, face]);
        assert_eq!(placed[1].source, from_corner(screen.size.unwrap()));
        let shown = placed[1].picture;
        assert_eq!((shown.width, shown.height), (720.0, 720.0));
        for face in [placed[0], placed[2]] {
            assert!(face.cell.x > shown.x + shown.width);
            assert!(face.cell.width < 0.2 * CANVAS.width);
        }
    }

    #[test]
    fn whoever_has_no_picture_has_a_cell_for_their_name() {
        let nobody = |size| Picture {
            kind: Kind::Face,
            size,
        };
        let blank = nobody(Some(Size::default()));
        let placed = compose(CANVAS, &[nobody(None), blank]);
        assert_eq!(placed[0].cell.width, placed[1].cell.width);
        for it in placed {
            assert!(it.cell.width > 0.4 * CANVAS.width);
            assert_eq!((it.picture.width, it.picture.height), (0.0, 0.0));
            assert_eq!(it.source, Rect::default());
        }
    }

    #[test]
    fn a_larger_canvas_shows_the_same_and_larger() {
        let pictures = [
            picture(Kind::Screen, 1920.0, 1080.0),
            picture(Kind::Face, 640.0, 480.0),
        ];
        let double = Size {
            width: 2.0 * CANVAS.width,
            height: 2.0 * CANVAS.height,
        };
        let (small, large) = (compose(CANVAS, &pictures), compose(double, &pictures));
        for (small, large) in small.iter().zip(&large) {
            assert_eq!(scaled(small.picture, 2.0, double), large.picture);
            assert_eq!(small.source, large.source);
        }
    }

    /// The sizes that videos have.
    fn video() -> impl Strategy<Value = Option<Size>> {
        let length = || (16..4097u16).prop_map(f64::from);
        proptest::option::of(
            (length(), length()).prop_map(|(width, height)| Size { width, height }),
        )
    }

    fn any_size() -> impl Strategy<Value = Size> {
        let length = || {
            prop_oneof![
                any::<f64>(),
                Just(f64::MAX),
                Just(f64::MIN_POSITIVE),
                0.0..5e3
            ]
        };
        (length(), length()).prop_map(|(width, height)| Size { width, height })
    }

    fn pictures<S: Strategy<Value = Option<Size>>>(
        size: fn() -> S,
    ) -> impl Strategy<Value = Vec<Picture>> {
        let of = move |kind, count| vec(size().prop_map(move |size| Picture { kind, size }), count);
        let all = (of(Kind::Face, 0..50), of(Kind::Screen, 0..5));
        all.prop_map(|(faces, screens)| [faces, screens].concat())
            .prop_shuffle()
    }

    proptest! {
        #[test]
        fn nothing_covers_anything_or_is_distorted_and_no_screen_is_cut_off(
            pictures in pictures(video),
            width in 160.0..4000.0,
            height in 160.0..4000.0,
        ) {
            let canvas = Size { width, height };
            let placed = compose(canvas, &pictures);
            prop_assert_eq!(placed.len(), pictures.len());
            for (index, (it, Picture { kind, size })) in placed.iter().zip(&pictures).enumerate() {
                prop_assert!(it.cell.width > 1.0 && it.cell.height > 1.0, "{:?}", it);
                prop_assert!(is_inside(&it.cell, &from_corner(canvas)));
                prop_assert!(is_inside(&it.picture, &it.cell));
                for other in &placed[index + 1..] {
                    prop_assert!(!overlap(&it.cell, &other.cell), "{:?} {:?}", it, other);
                }
                let Some(size) = *size else { continue };
                let video = from_corner(size);
                prop_assert!(is_inside(&it.source, &video));
                let forms = aspect(&it.source) / aspect(&it.picture);
                prop_assert!((forms - 1.0).abs() < 1e-9, "{:?}", it);
                match kind {
                    Kind::Face => prop_assert_eq!(it.picture, it.cell),
                    Kind::Screen => prop_assert_eq!(it.source, video),
                }
            }
        }

        #[test]
        fn whatever_the_sizes_are_everything_is_a_number_and_inside_the_canvas(
            pictures in pictures(|| proptest::option::of(any_size())),
            canvas in any_size(),
        ) {
            let visible = pixels(canvas).unwrap_or_default();
            for it in compose(canvas, &pictures) {
                for rect in [it.cell, it.source, it.picture] {
                    let numbers = [rect.x, rect.y, rect.width, rect.height];
                    let is_length = |it: &f64| it.is_finite() && *it >= 0.0;
                    prop_assert!(numbers.iter().all(is_length), "{:?}", it);
                }
                prop_assert!(is_inside(&it.cell, &from_corner(visible)), "{:?}", it);
                prop_assert!(is_inside(&it.picture, &it.cell), "{:?}", it);
            }
        }
    }
}
