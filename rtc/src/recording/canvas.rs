//! All pictures as one: drawn side by side on a
//! [canvas](https://html.spec.whatwg.org/multipage/canvas.html) outside of the document, again and
//! again.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use meeting::layout::{Rect, Size};
use meeting::recording::composition::{self, Kind, Placement, compose};
use meeting::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, MediaStreamTrack};

use super::scene::Picture;
use super::timer::Timer;
use super::video::Video;
use crate::clock;
use crate::error::{JsError, report};
use crate::object::object;

/// Pictures in a second at most.
const FRAMERATE: f64 = 30.0;
const FRAME: Duration = Duration::from_millis(33);
/// Between two pictures there is at least so much; a page that was busy has more ticks waiting than
/// pictures to draw.
const SHORTEST: Duration = Duration::from_millis(20);

/// Where there are only faces.
const SMALL: Size = Size {
    width: 1280.0,
    height: 720.0,
};
/// Where there is a screen to be read.
const LARGE: Size = Size {
    width: 1920.0,
    height: 1080.0,
};

/// The colours of the stage of a call.
const BACKGROUND: &str = "#101416";
const TILE: &str = "#1c2224";
const PLATE: &str = "rgb(16 20 22 / 70%)";
const INK: &str = "#edf1f0";

/// Draws until dropped.
#[derive(Debug)]
pub(super) struct Canvas {
    painter: Rc<RefCell<Painter>>,
    track: MediaStreamTrack,
    _timer: Timer,
}

impl Canvas {
    pub(super) fn new(pictures: Vec<Picture>) -> Result<Self, JsError> {
        let mut painter = Painter::new()?;
        // The first picture has the size of the others.
        painter.show(pictures);
        let canvas = &painter.canvas;
        let stream = canvas.capture_stream_with_frame_request_rate(FRAMERATE)?;
        let track = stream.get_video_tracks().get(0).dyn_into()?;
        let painter = Rc::new(RefCell::new(painter));
        let painting = Rc::clone(&painter);
        let timer = Timer::every(FRAME, move || painting.borrow_mut().paint_if_due())?;
        Ok(Self {
            painter,
            track,
            _timer: timer,
        })
    }

    /// The track of what is drawn.
    pub(super) const fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// Draws these from now on.
    pub(super) fn show(&self, pictures: Vec<Picture>) {
        self.painter.borrow_mut().show(pictures);
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        self.track.stop();
    }
}

/// What draws.
#[derive(Debug)]
struct Painter {
    canvas: HtmlCanvasElement,
    pen: CanvasRenderingContext2d,
    size: Size,
    shown: Vec<(Picture, Option<Video>)>,
    painted: Timestamp,
}

impl Painter {
    fn new() -> Result<Self, JsError> {
        let document = web_sys::window().and_then(|window| window.document());
        let document = document.ok_or_else(JsError::no_page)?;
        let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
        let opaque = object([("alpha", false.into())]);
        let pen = canvas.get_context_with_context_options("2d", &opaque)?;
        let pen = pen.ok_or_else(JsError::no_page)?.unchecked_into();
        Ok(Self {
            canvas,
            pen,
            size: Size::default(),
            shown: Vec::new(),
            painted: Timestamp::default(),
        })
    }

    fn show(&mut self, pictures: Vec<Picture>) {
        let mut before = std::mem::take(&mut self.shown);
        let is_large = pictures.iter().any(|picture| picture.kind == Kind::Screen);
        self.resize(if is_large { LARGE } else { SMALL });
        for picture in pictures {
            // A video that goes on is not begun anew.
            let same = |(other, _): &(Picture, _)| other.video == picture.video;
            let video = match before.iter().position(same) {
                Some(index) => before.swap_remove(index).1,
                None => picture.video.as_ref().and_then(|stream| {
                    let video = Video::of(stream);
                    video.map_err(|error| report(&error.to_string())).ok()
                }),
            };
            self.shown.push((picture, video));
        }
        self.paint();
    }

    /// Resizing a canvas empties it, so it is done only when need be.
    fn resize(&mut self, size: Size) {
        if self.size != size {
            self.size = size;
            self.canvas.set_width(whole(size.width));
            self.canvas.set_height(whole(size.height));
        }
    }

    fn paint_if_due(&mut self) {
        let now = clock::now();
        if now.since(self.painted) >= SHORTEST {
            self.painted = now;
            self.paint();
        }
    }

    fn paint(&self) {
        self.fill(
            Rect {
                x: 0.0,
                y: 0.0,
                width: self.size.width,
                height: self.size.height,
            },
            BACKGROUND,
        );
        let sizes: Vec<_> = self
            .shown
            .iter()
            .map(|(picture, video)| composition::Picture {
                kind: picture.kind,
                size: video.as_ref().and_then(Video::size),
            })
            .collect();
        let placements = compose(self.size, &sizes);
        for ((picture, video), placement) in self.shown.iter().zip(placements) {
            if let Err(error) = self.paint_one(picture, video.as_ref(), &placement) {
                report(&JsError::from(error).to_string());
            }
        }
    }

    fn paint_one(
        &self,
        picture: &Picture,
        video: Option<&Video>,
        placement: &Placement,
    ) -> Result<(), JsValue> {
        let Placement {
            cell,
            source,
            picture: place,
        } = placement;
        self.fill(*cell, TILE);
        if let Some(video) = video
            && place.width > 0.0
        {
            self.pen
                .draw_image_with_html_video_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                    video.element(),
                    source.x,
                    source.y,
                    source.width,
                    source.height,
                    place.x,
                    place.y,
                    place.width,
                    place.height,
                )?;
        }
        self.write(&picture.name, cell)
    }

    /// Writes a name into the lower left corner of a tile; a long one is drawn closer, so that all of
    /// it is there.
    fn write(&self, name: &str, cell: &Rect) -> Result<(), JsValue> {
        // As large as on a page of the smaller size.
        let unit = self.size.height / SMALL.height;
        let (text, padding) = (18.0 * unit, 10.0 * unit);
        let height = text + 2.0 * padding;
        self.pen
            .set_font(&format!("600 {text}px system-ui, sans-serif"));
        self.pen.set_text_baseline("middle");
        let room = (cell.width - 2.0 * padding).max(0.0);
        let width = self.pen.measure_text(name)?.width().min(room);
        let plate = Rect {
            x: cell.x,
            y: cell.y + cell.height - height,
            width: width + 2.0 * padding,
            height,
        };
        self.fill(plate, PLATE);
        self.pen.set_fill_style_str(INK);
        self.pen.fill_text_with_max_width(
            name,
            plate.x + padding,
            plate.y + height / 2.0,
            width.max(1.0),
        )
    }

    fn fill(&self, rect: Rect, colour: &str) {
        self.pen.set_fill_style_str(colour);
        self.pen.fill_rect(rect.x, rect.y, rect.width, rect.height);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the size of a canvas"
)]
const fn whole(length: f64) -> u32 {
    length as u32
}
