//! A picture of a shared screen, as a file.

use futures::channel::oneshot;
use meeting::id::RoomId;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, MediaStream};

use super::name::file_name;
use super::save::download;
use super::video::Video;
use crate::clock;
use crate::error::JsError;

/// Saves what a screen shows now, in all its pixels, as a download.
pub(crate) async fn save_still(room: &RoomId, screen: &MediaStream) -> Result<(), JsError> {
    let video = Video::of(screen)?;
    let size = video.first_picture().await.ok_or_else(JsError::no_page)?;
    let document = web_sys::window().and_then(|window| window.document());
    let document = document.ok_or_else(JsError::no_page)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    canvas.set_width(whole(size.width));
    canvas.set_height(whole(size.height));
    let pen = canvas.get_context("2d")?.ok_or_else(JsError::no_page)?;
    let pen: CanvasRenderingContext2d = pen.unchecked_into();
    pen.draw_image_with_html_video_element(video.element(), 0.0, 0.0)?;
    let picture = png(&canvas).await?;
    download(&picture, &file_name(room, clock::time_of_day(), "png"))
}

async fn png(canvas: &HtmlCanvasElement) -> Result<Blob, JsError> {
    let (made, picture) = oneshot::channel();
    // Without a type it is a PNG.
    let on_made = Closure::once_into_js(move |blob: Option<Blob>| drop(made.send(blob)));
    canvas.to_blob(on_made.unchecked_ref())?;
    let picture = picture.await.ok().flatten();
    picture.ok_or_else(JsError::no_page)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the size of a video"
)]
const fn whole(length: f64) -> u32 {
    length as u32
}
