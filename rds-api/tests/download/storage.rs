//! A storage that misbehaves as told, down to the bytes.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::crc64;
use super::raw_server::{RawServer, close, send};

/// What the storage does with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Gives what is asked for.
    Give,
    /// Gives what is asked for without a length, piece by piece.
    GiveChunked,
    /// Gives only the first bytes of the range, and says so.
    GiveLess,
    /// Gives all, whatever is asked for.
    IgnoreRange,
    /// Closes the connection at once, or after this share of the body, in tenths.
    Close,
    Cut(u8),
    /// The same, with an end of the body as if it were all.
    EndEarly(u8),
    /// Stalls after this share of the body, in tenths.
    Stall(u8),
    /// As many bytes, and some of them are wrong.
    Garble,
    /// The body goes on, and never ends.
    GoOn,
    /// A length that is one too large, and one that is too small.
    ClaimMore,
    ClaimLess,
    /// Another range than was asked for.
    ShiftRange,
    /// Another total in the range.
    ChangeTotal,
    /// The bytes and the tag of another file of the same length.
    ChangeFile,
    /// No range in the head of a partial response.
    HideRange,
    /// A page of a portal in the place of the file.
    Page,
    Gzip,
    Redirect,
    Empty,
    NoHttp,
    Status(u16),
    RefuseRange,
}

/// The acts that a checksum alone shows to be wrong.
pub(crate) const SILENT: &[Act] = &[Act::Garble];

pub(crate) const ALL: &[Act] = &[
    Act::Give,
    Act::GiveChunked,
    Act::GiveLess,
    Act::IgnoreRange,
    Act::Close,
    Act::Cut(0),
    Act::Cut(3),
    Act::Cut(9),
    Act::EndEarly(0),
    Act::EndEarly(5),
    Act::Stall(4),
    Act::Garble,
    Act::GoOn,
    Act::ClaimMore,
    Act::ClaimLess,
    Act::ShiftRange,
    Act::ChangeTotal,
    Act::ChangeFile,
    Act::HideRange,
    Act::Page,
    Act::Gzip,
    Act::Redirect,
    Act::Empty,
    Act::NoHttp,
    Act::Status(400),
    Act::Status(401),
    Act::Status(403),
    Act::Status(404),
    Act::Status(429),
    Act::Status(500),
    Act::Status(503),
    Act::RefuseRange,
];

/// What the storage tells of its files besides their bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tells {
    pub(crate) etag: bool,
    pub(crate) checksum: bool,
}

pub(crate) const EVERYTHING: Tells = Tells { etag: true, checksum: true };

/// A storage of one file that does these things, one after another, and gives what is asked for from then on.
pub(crate) fn storage(content: &[u8], tells: Tells, acts: &[Act]) -> RawServer {
    let (content, acts) = (Arc::new(content.to_vec()), acts.to_vec());
    RawServer::start(move |number, request, connection| {
        let act = acts.get(number).copied().unwrap_or(Act::Give);
        respond(connection, request, act, &content, tells);
    })
}

/// The first byte that a request asks for, if it asks for a range of this file.
fn first(request: &str, etag: &str) -> Option<usize> {
    let header = |name: &str| {
        let mut lines = request.lines();
        lines.find_map(|line| line.strip_prefix(name)).map(str::trim)
    };
    let first = header("range: bytes=")?.strip_suffix('-')?.parse().unwrap();
    header("if-range:").is_none_or(|then| then == etag).then_some(first)
}

fn respond(connection: &mut TcpStream, request: &str, act: Act, content: &[u8], tells: Tells) {
    let other: Vec<u8> = content.iter().map(|byte| byte ^ 0x55).collect();
    let content = if act == Act::ChangeFile { &other } else { content };
    let etag = format!("\"{:016X}\"", crc64(content));
    let mut tags = String::new();
    if tells.etag {
        tags += &format!("ETag: {etag}\r\n");
    }
    if tells.checksum {
        tags += &format!("x-oss-hash-crc64ecma: {}\r\n", crc64(content));
    }
    let first = match act {
        Act::IgnoreRange => None,
        // A storage that has another file, and does not look whether it is asked for that.
        Act::ChangeFile => {
            first(request, request.lines().find_map(|line| line.strip_prefix("if-range: ")).unwrap_or(""))
        }
        _ => first(request, &etag),
    };
    let (from, total) = (first.unwrap_or(0), content.len());
    let body = content.get(from..).unwrap_or_default();
    let range = |from: usize, total: usize| format!("Content-Range: bytes {from}-{}/{total}\r\n", total - 1);
    let (status, range) = match first {
        Some(_) if from >= total => ("416 No Range", format!("Content-Range: bytes */{total}\r\n")),
        Some(_) => ("206 Partial Content", range(from, total)),
        None => ("200 OK", String::new()),
    };
    let head = |status: &str, more: &str, length: usize| {
        format!("HTTP/1.1 {status}\r\n{tags}{more}Content-Length: {length}\r\n\r\n")
    };
    let chunked = format!("HTTP/1.1 {status}\r\n{tags}{range}Transfer-Encoding: chunked\r\n\r\n");
    let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let share = |tenths: u8| &body[..body.len() * usize::from(tenths) / 10];
    let mut whole = |head: String, body: &[u8]| send(connection, &[head.as_bytes(), body].concat());
    match act {
        Act::Give | Act::IgnoreRange | Act::ChangeFile => whole(head(status, &range, body.len()), body),
        Act::GiveChunked => {
            let pieces: Vec<u8> = body.chunks(1000).flat_map(chunk).collect();
            whole(chunked, &[&*pieces, b"0\r\n\r\n"].concat());
        }
        Act::GiveLess => match first {
            Some(_) if body.len() > 1 => {
                let less = &body[..body.len() / 2];
                let range = format!("Content-Range: bytes {from}-{}/{total}\r\n", from + less.len() - 1);
                whole(head(status, &range, less.len()), less);
            }
            _ => whole(head(status, &range, body.len()), body),
        },
        Act::Close => close(connection),
        Act::Cut(tenths) => {
            whole(head(status, &range, body.len()), share(tenths));
            close(connection);
        }
        Act::EndEarly(0) => whole(chunked, b"0\r\n\r\n"),
        Act::EndEarly(tenths) => {
            whole(chunked, &[&*chunk(share(tenths).get(..).unwrap()), b"0\r\n\r\n"].concat())
        }
        Act::Stall(tenths) => {
            whole(head(status, &range, body.len()), share(tenths));
            thread::sleep(Duration::from_millis(500));
            close(connection);
        }
        Act::Garble => {
            let garbled: Vec<u8> = body.iter().map(|byte| byte ^ 0x20).collect();
            whole(head(status, &range, body.len()), &garbled);
        }
        Act::GoOn => {
            whole(chunked, &chunk(body));
            while connection.write_all(&chunk(&[7; 4096])).is_ok() {}
        }
        Act::ClaimMore => {
            whole(head(status, &range, body.len() + 1), body);
            close(connection);
        }
        Act::ClaimLess => {
            whole(head(status, &range, body.len().saturating_sub(1)), body);
            close(connection);
        }
        Act::ShiftRange => {
            let range = format!("Content-Range: bytes 0-{}/{total}\r\n", total - 1);
            whole(head("206 Partial Content", &range, total), content);
        }
        Act::ChangeTotal => {
            let range = format!("Content-Range: bytes {from}-{total}/{}\r\n", total + 1);
            whole(head("206 Partial Content", &range, total + 1 - from.min(total)), &[body, b"x"].concat());
        }
        Act::HideRange => whole(head("206 Partial Content", "", body.len()), body),
        Act::Page => {
            let page = "<html><body>Log in to the network of this hotel</body></html>";
            send(
                connection,
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}", page.len()).as_bytes(),
            );
        }
        Act::Gzip => whole(head(status, &format!("{range}Content-Encoding: gzip\r\n"), body.len()), body),
        Act::Redirect => {
            whole(
                head("302 Found", &format!("Location: /elsewhere?Signature={}\r\n", super::SIGNATURE), 0),
                b"",
            );
        }
        Act::Empty => send(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        Act::NoHttp => {
            send(connection, b"220 ftp.example.com ready\r\n");
            close(connection);
        }
        Act::Status(status) => {
            let why = format!(
                "<Error><Code>AccessDenied</Code><Message>Expired</Message><StringToSign>{}</StringToSign></Error>",
                super::SIGNATURE
            );
            send(connection, &super::raw_server::response(&format!("{status} No"), "", why));
        }
        Act::RefuseRange => {
            send(connection, b"HTTP/1.1 416 No\r\nContent-Range: bytes */1\r\nContent-Length: 0\r\n\r\n")
        }
    }
}
