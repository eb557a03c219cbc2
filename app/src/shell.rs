//! The document around the pages; only the server renders it.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::document::{BROKEN_TEXT_ID, BROKEN_TITLE_ID, RELOAD_ID};
use crate::language::{Language, spoken};
use crate::messages::messages;
use crate::{App, PAGE_ID};

/// The document. Nothing in it comes from anywhere but this server.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let language = spoken(|spoken| spoken.language);
    let texts = &messages().document;
    // The page needs them at once; it says `fetch` as it fetches them.
    let catalogue = (language != Language::English)
        .then(|| view! { <link rel="preload" r#as="fetch" crossorigin="anonymous" href=language.path()/> });
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() dir=language.direction()>
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
                {catalogue}
                <MetaTags/>
            </head>
            <body>
                <div id=PAGE_ID>
                    <App/>
                </div>
                // Shown by the style sheet when the page has marked itself as broken.
                <div class="broken" role="alert">
                    <h2 id=BROKEN_TITLE_ID>{texts.broken_title}</h2>
                    <p id=BROKEN_TEXT_ID>{texts.broken_text}</p>
                    <a class="button primary" id=RELOAD_ID href="" rel="external">{texts.reload}</a>
                </div>
            </body>
        </html>
    }
}
