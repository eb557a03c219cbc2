//! No text that people see stands outside the catalogue.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use rstml::node::{Node, NodeAttribute, NodeBlock, NodeElement};
use syn::visit::{self, Visit};

/// Where the texts are, and what languages are called in themselves.
const CATALOGUE: [&str; 2] = ["messages", "language.rs"];

/// The attributes of elements that people see or hear.
const SEEN: [&str; 9] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-placeholder",
    "aria-roledescription",
    "aria-valuetext",
    "placeholder",
    "prop:textContent",
    "title",
];

/// The properties of components that nobody sees.
const UNSEEN: [&str; 4] = ["attr:class", "class", "href", "id"];

/// What reads as words and is none.
const NO_TEXT: [&str; 1] = ["input, textarea, select, [contenteditable]"];

/// The texts that stand in a source itself.
fn texts_in(source: &str) -> Vec<String> {
    let mut found = Found::default();
    found.visit_file(&syn::parse_file(source).unwrap());
    found.texts
}

#[derive(Default)]
struct Found {
    texts: Vec<String>,
    /// Whether this is within a view, where the place of a literal says what it is.
    in_view: bool,
}

impl Found {
    fn take(&mut self, text: String) {
        if text.chars().any(char::is_alphabetic) && !NO_TEXT.contains(&&*text) {
            self.texts.push(text);
        }
    }

    /// Takes every literal of an expression that is shown.
    fn take_all(&mut self, mut visit: impl FnMut(&mut Literals)) {
        let mut literals = Literals::default();
        visit(&mut literals);
        literals.0.into_iter().for_each(|text| self.take(text));
    }

    /// Looks for views within a view.
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.in_view, true);
        visit(self);
        self.in_view = outer;
    }

    fn view(&mut self, node: &Node) {
        match node {
            Node::Text(text) => self.take(text.value_string()),
            Node::RawText(text) => self.take(text.to_token_stream_string()),
            Node::Element(element) => self.element(element),
            Node::Fragment(fragment) => fragment.children.iter().for_each(|it| self.view(it)),
            Node::Block(NodeBlock::ValidBlock(block)) => {
                self.take_all(|literals| literals.visit_block(block));
                self.within(|found| visit::visit_block(found, block));
            }
            Node::Comment(_) | Node::Doctype(_) | Node::Block(_) | Node::Custom(_) => {}
        }
    }

    fn element(&mut self, element: &NodeElement<rstml::Infallible>) {
        let name = element.name().to_string();
        let is_component = name.starts_with(char::is_uppercase);
        for attribute in element.attributes() {
            let NodeAttribute::Attribute(attribute) = attribute else {
                continue;
            };
            let Some(value) = attribute.value() else {
                continue;
            };
            let key = attribute.key.to_string();
            let is_seen = match is_component {
                true => !UNSEEN.contains(&&*key),
                false => SEEN.contains(&&*key),
            };
            if is_seen {
                self.take_all(|literals| literals.visit_expr(value));
            }
            self.within(|found| visit::visit_expr(found, value));
        }
        element.children.iter().for_each(|child| self.view(child));
    }
}

impl<'ast> Visit<'ast> for Found {
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if call.path.is_ident("view") {
            let nodes = rstml::parse2(call.tokens.clone()).unwrap();
            nodes.iter().for_each(|node| self.view(node));
        }
    }

    /// Outside of views much is no text; what has two words is one.
    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        let text = literal.value();
        let words = text.split_whitespace().filter(|word| is_word(word));
        let is_text = words.count() > 1 || text.contains(is_ideograph);
        if is_text && !self.in_view {
            self.take(text);
        }
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }
}

/// The string literals of an expression, but for those of the macros in it.
#[derive(Default)]
struct Literals(Vec<String>);

impl<'ast> Visit<'ast> for Literals {
    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.0.push(literal.value());
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let condition = attribute.parse_args::<syn::Path>();
        attribute.path().is_ident("cfg") && condition.is_ok_and(|it| it.is_ident("test"))
    })
}

/// Whether two letters stand side by side, as in no path of an icon.
fn is_word(text: &str) -> bool {
    let letters: Vec<bool> = text.chars().map(char::is_alphabetic).collect();
    letters.windows(2).any(|pair| pair == [true, true])
}

fn is_ideograph(character: char) -> bool {
    ('\u{2e80}'..='\u{9fff}').contains(&character)
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .filter(|entry| !CATALOGUE.iter().any(|name| entry.file_name() == *name))
        .flat_map(|entry| match entry.path() {
            folder if folder.is_dir() => sources(&folder),
            file => vec![file],
        })
        .collect()
}

#[test]
fn no_text_that_people_see_stands_outside_the_catalogue() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let sources = sources(&root.join("app/src"));
    assert!(sources.iter().any(|file| file.ends_with("pages/home.rs")));
    for file in sources {
        // What tests alone see.
        if file.ends_with("call/testing.rs") {
            continue;
        }
        let texts = texts_in(&fs::read_to_string(&file).unwrap());
        assert!(texts.is_empty(), "{}: {texts:?}", file.display());
    }
}

#[test]
fn a_text_outside_the_catalogue_is_found_wherever_it_stands() {
    let in_view = |view: &str| texts_in(&format!("fn page() {{ view! {{ {view} }} }}"));
    for view in [
        "<p>\"Text\"</p>",
        "<p>Text</p>",
        "<div><p><b>\"Text\"</b></p></div>",
        "<p>{\"Text\"}</p>",
        "<p>{move || if on.get() { \"Text\" } else { \"\" }}</p>",
        "{move || on.get().then(|| view! { <p>\"Text\"</p> })}",
        "<button aria-label=\"Text\"></button>",
        "<input placeholder=\"Text\"/>",
        "<img alt=move || if on.get() { \"Text\" } else { \"\" }/>",
        "<p title=\"Text\"></p>",
        "<p prop:textContent=move || \"Text\"></p>",
        "<Title text=\"Text\"/>",
        "<p class=move || view! { <b>\"Text\"</b> }></p>",
    ] {
        assert_eq!(in_view(view), ["Text"], "{view}");
    }
    for code in [
        "fn words() -> &'static str { \"Two words\" }",
        "fn words() -> &'static str { \"词语\" }",
        "fn tell() { toasts.news(Sentence::plain(\"Two words\")); }",
    ] {
        assert_eq!(texts_in(code).len(), 1, "{code}");
    }
}

#[test]
fn what_nobody_sees_is_no_text() {
    for code in [
        "fn page() { view! { <p class=\"two words\" id=\"x\">\" \" {name} \" · \"</p> } }",
        "fn page() { view! { <A href=\"/\" attr:class=\"button primary\"><Brand/></A> } }",
        "fn page() { view! { <h1><Words of=|it| it.home.title/></h1> } }",
        "fn page() { view! { <path d=\"M12 5v14 M5 12h14\"></path> } }",
        "#[expect(lint, reason = \"two words\")] fn page() { storage::get(\"key\"); }",
        "#[cfg(test)] mod tests { fn words() -> &'static str { \"Two words\" } }",
        "/// Two words.\nfn page() {}",
        "fn path() -> &'static str { \"M12 5v14 M5 12h14a2.2 2.2 0 0 1 2 2\" }",
    ] {
        assert_eq!(texts_in(code), [""; 0], "{code}");
    }
}
