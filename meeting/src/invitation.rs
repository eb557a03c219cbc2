//! The room that somebody was invited to, in whatever text the invitation came.

use percent_encoding::percent_decode_str;
use thiserror::Error;

use crate::ascii;
use crate::id::RoomId;

/// A web address, in the parts that the [URL Standard](https://url.spec.whatwg.org/#api) has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// `hostname`: the host alone, in lower case.
    pub host: String,
    /// `port`: empty where it is the usual one of the scheme.
    pub port: String,
    /// `pathname`.
    pub path: String,
}

impl Address {
    /// Whether two addresses are of one server: the scheme, the usual ports of http and https, and
    /// a dot at the end of the host make no difference.
    fn same_server(&self, other: &Self) -> bool {
        let host = |address: &Self| address.host.trim_end_matches('.').to_ascii_lowercase();
        let usual = |port: &str| matches!(port, "" | "80" | "443");
        host(self) == host(other)
            && (self.port == other.port || usual(&self.port) && usual(&other.port))
    }
}

/// Why a text invites to no room of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoInvitation {
    /// A link in it leads to another server.
    #[error("the link leads to another server")]
    Elsewhere,
    /// There is neither a link nor a room name.
    #[error("there is no room name and no link")]
    Nothing,
}

/// Finds the room in a room name, a link to it, or a text with such a link in it; of several links
/// the first that leads to a room of the server at `here`. `parse` reads an absolute web address.
///
/// # Errors
///
/// When there is none.
pub fn find(
    text: &str,
    here: &Address,
    parse: impl Fn(&str) -> Option<Address>,
) -> Result<RoomId, NoInvitation> {
    let mut elsewhere = false;
    for address in words(text).filter_map(|word| parse(&link(word, here)?)) {
        if !address.same_server(here) {
            elsewhere = true;
        } else if let Ok(room) = RoomId::from_code_or_link(&address.path) {
            return Ok(room);
        } else if let Some(room) = beginning(&address.path) {
            return Ok(room);
        }
    }
    if elsewhere {
        return Err(NoInvitation::Elsewhere);
    }
    RoomId::from_code_or_link(text).map_err(|_| NoInvitation::Nothing)
}

/// The words of a text, without the marks around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let ends =
        |c: char| c.is_whitespace() || "<>\"`()«»“”„‘’「」『』《》（）【】，。、".contains(c);
    text.split(ends)
        .map(without_marks)
        .filter(|word| !word.is_empty())
}

/// A word without the marks behind it. A room name may end in the marks of emphasis, so they are not
/// of the word only where it begins with them, too.
fn without_marks(word: &str) -> &str {
    const MARKS: [char; 11] = ['.', ',', ';', ':', '!', '?', '\'', '[', ']', '{', '}'];
    let mut rest = word.trim_end_matches(MARKS);
    let opening = word.trim_start_matches(MARKS).chars();
    for mark in opening.take_while(|mark| matches!(mark, '*' | '_')) {
        let inner = rest.strip_suffix(mark).unwrap_or(rest);
        rest = inner.trim_end_matches(MARKS);
    }
    rest
}

/// The absolute link that a word is or ends with; a link may come without its scheme.
fn link(word: &str, here: &Address) -> Option<String> {
    let scheme = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| ascii::find(word, scheme))
        .min();
    if let Some(at) = scheme {
        return word.get(at..).map(ToOwned::to_owned);
    }
    let word = word.trim_start_matches(['[', '{', '*', '_', '\'']);
    let bare = word.strip_prefix("//").unwrap_or(word);
    let (host, _) = bare.split_once('/')?;
    let is_host = host.contains(['.', ':']) || host.eq_ignore_ascii_case(&here.host);
    is_host.then(|| ["https://", bare].concat())
}

/// The room of a link that runs into the text after it, as in writing without spaces: the longest
/// name that the path begins with. A path of several parts leads to no room.
fn beginning(path: &str) -> Option<RoomId> {
    let path = percent_decode_str(path.strip_prefix('/')?).decode_utf8_lossy();
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let end = path.find(|c| !in_name(c))?;
    let (name, after) = path.split_at_checked(end)?;
    if after.contains('/') {
        return None;
    }
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As much of a browser's parser as the tests need.
    fn parse(text: &str) -> Option<Address> {
        let lower = text.to_ascii_lowercase();
        let (scheme, _) = lower.split_once("://")?;
        let rest = text.get(scheme.len() + 3..)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.split(['?', '#']).next()?;
        let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
        if host.is_empty() {
            return None;
        }
        let usual = if scheme == "https" { "443" } else { "80" };
        Some(Address {
            host: host.to_ascii_lowercase(),
            port: if port == usual { "" } else { port }.to_owned(),
            path: ["/", path].concat(),
        })
    }

    fn at(here: &str, text: &str) -> Result<String, NoInvitation> {
        find(text, &parse(here).unwrap(), parse).map(String::from)
    }

    #[test]
    fn a_link_to_this_server_leads_to_its_room_however_it_is_written() {
        for text in [
            "abc-defg-hij",
            " abc-defg-hij ",
            "http://localhost:3000/abc-defg-hij",
            "HTTP://LOCALHOST:3000/abc-defg-hij",
            "https://localhost:3000/abc-defg-hij",
            "http://localhost.:3000/abc-defg-hij/?x=y#z",
            "localhost:3000/abc-defg-hij",
            "//localhost:3000/abc-defg-hij",
            "Join me: http://localhost:3000/abc-defg-hij.",
            "Join me at <http://localhost:3000/abc-defg-hij>, please!",
            "[room](http://localhost:3000/abc-defg-hij)",
            "加入：http://localhost:3000/abc-defg-hij。",
            "two:\nhttp://other.example/xyz\nhttp://localhost:3000/abc-defg-hij",
            "http://localhost:3000/ http://localhost:3000/abc-defg-hij http://localhost:3000/xyz",
        ] {
            let room = at("http://localhost:3000/", text);
            assert_eq!(room.as_deref(), Ok("abc-defg-hij"), "{text}");
        }
    }

    #[test]
    fn a_link_may_run_into_the_text_after_it() {
        for text in [
            "链接http://localhost:3000/abc-defg-hij快来",
            "http://localhost:3000/abc-defg-hij→more",
            "http://localhost:3000/abc-defg-hij%E2%86%92more",
            "http://localhost:3000/abc-defg-hij|Join",
            "http://localhost:3000/abc-defg-hij.Join",
        ] {
            let room = at("http://localhost:3000/", text);
            assert_eq!(room.as_deref(), Ok("abc-defg-hij"), "{text}");
        }
        for text in [
            "http://localhost:3000/快来abc-defg-hij",
            "http://localhost:3000/abc|x/defg|y",
            "http://localhost:3000/healthz|",
        ] {
            let found = at("http://localhost:3000/", text);
            assert_eq!(found, Err(NoInvitation::Nothing), "{text}");
        }
    }

    #[test]
    fn marks_of_emphasis_around_a_link_are_not_of_the_room_and_those_of_its_name_are() {
        for (text, room) in [
            ("http://localhost:3000/our_room_", "our_room_"),
            ("Join http://localhost:3000/our_room_.", "our_room_"),
            ("localhost:3000/_room_", "_room_"),
            ("_http://localhost:3000/our_room_", "our_room"),
            ("_http://localhost:3000/our_room__", "our_room_"),
            ("**_http://localhost:3000/our_room_.**!", "our_room"),
            ("*http://localhost:3000/our-room*", "our-room"),
            ("**see http://localhost:3000/our-room**", "our-room"),
            ("_localhost:3000/our-room_", "our-room"),
        ] {
            let found = at("http://localhost:3000/", text);
            assert_eq!(found.as_deref(), Ok(room), "{text}");
        }
    }

    #[test]
    fn the_usual_ports_are_as_good_as_none() {
        for text in [
            "http://meet.example/abc",
            "https://Meet.Example:443/abc",
            "http://meet.example:80/abc",
            "https://meet.example:80/abc",
            "meet.example/abc",
        ] {
            assert_eq!(
                at("https://meet.example/", text).as_deref(),
                Ok("abc"),
                "{text}"
            );
        }
        let other_port = at("https://meet.example/", "https://meet.example:8443/abc");
        assert_eq!(other_port, Err(NoInvitation::Elsewhere));
    }

    #[test]
    fn a_link_to_another_server_is_told_from_no_link() {
        for text in [
            "https://other.example/abc-defg-hij",
            "other.example/abc-defg-hij",
            "see http://other.example",
            "http://localhost:3001/abc-defg-hij",
            "https://localhost:3000.evil.example/abc",
        ] {
            let found = at("http://localhost:3000/", text);
            assert_eq!(found, Err(NoInvitation::Elsewhere), "{text}");
        }
        for text in ["", "no room", "http://localhost:3000/", "https://", "a!"] {
            let found = at("http://localhost:3000/", text);
            assert_eq!(found, Err(NoInvitation::Nothing), "{text}");
        }
    }
}
