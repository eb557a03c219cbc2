//! The document around the pages; only the server renders it.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::messages::messages;
use crate::{App, PAGE_ID};

/// The document. Nothing in it comes from anywhere but this server.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let texts = &messages().document;
    view! {
        <!DOCTYPE html>
        <html lang=texts.language>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#f6f7f5" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#14181a" media="(prefers-color-scheme: dark)"/>
                <meta name="description" content=messages().home.lead/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <HashedStylesheet options=options.clone() id="style"/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <div id=PAGE_ID>
                    <App/>
                </div>
                // Shown by the style sheet when the page has marked itself as broken.
                <div class="broken" role="alert">
                    <h2>{texts.broken_title}</h2>
                    <p>{texts.broken_text}</p>
                    <a class="button primary" href="" rel="external">{texts.reload}</a>
                </div>
            </body>
        </html>
    }
}
