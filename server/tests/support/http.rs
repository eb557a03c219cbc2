//! One plain request at a time, seen as it is on the wire.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{PATIENCE, Server};

/// A request to be sent.
pub(crate) struct Http {
    method: &'static str,
    address: SocketAddr,
    path: String,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Http {
    pub(crate) fn get(server: &Server, path: &str) -> Self {
        Self::to(server.address, path)
    }

    pub(crate) fn to(address: SocketAddr, path: &str) -> Self {
        Self {
            method: "GET",
            address,
            path: path.to_owned(),
            headers: vec![],
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Asks for the headers alone.
    pub(crate) fn head(mut self) -> Self {
        self.method = "HEAD";
        self
    }

    /// Makes this the request for a socket.
    pub(crate) fn upgrade(self) -> Self {
        self.header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
    }

    pub(crate) async fn send(self) -> Answer {
        let stream = TcpStream::connect(self.address).await.unwrap();
        self.send_over(stream).await
    }

    /// Sends it over a connection that is there already.
    pub(crate) async fn send_over(self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Answer {
        let has = |name: &str| self.headers.iter().any(|(given, _)| given == name);
        let mut request = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if !has("host") {
            request += &format!("host: {}\r\n", self.address);
        }
        request += if has("upgrade") {
            "connection: upgrade\r\n"
        } else {
            "connection: close\r\n"
        };
        for (name, value) in &self.headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        timeout(PATIENCE, read_answer(&mut stream, self.method == "HEAD"))
            .await
            .expect("no answer")
    }
}

async fn read_answer(stream: &mut (impl AsyncRead + Unpin), head_alone: bool) -> Answer {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        assert!(
            stream.read_buf(&mut bytes).await.unwrap() > 0,
            "the answer has no end"
        );
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let body = bytes[head_end + 4..].to_vec();
    let mut answer = Answer {
        status,
        headers,
        body,
    };
    match answer
        .header("content-length")
        .map(|length| length.parse::<usize>().unwrap())
    {
        // An answer to a request for an upgrade leaves the connection open.
        Some(length) if !head_alone => {
            while answer.body.len() < length {
                assert!(
                    stream.read_buf(&mut answer.body).await.unwrap() > 0,
                    "half a body"
                );
            }
        }
        None if status == 101 => {}
        None | Some(_) => {
            stream.read_to_end(&mut answer.body).await.unwrap();
        }
    }
    answer
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(given, _)| given == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} is there twice");
        value
    }

    /// Whether something is in a header that is a list, which may have several lines
    /// ([RFC 9110 §5.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.3)).
    pub(crate) fn lists(&self, name: &str, element: &str) -> bool {
        let lines = self.headers.iter().filter(|(given, _)| given == name);
        let mut elements = lines.flat_map(|(_, value)| value.split(','));
        elements.any(|it| it.trim().eq_ignore_ascii_case(element))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
