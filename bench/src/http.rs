//! One HTTP/1.1 connection that stays open: bytes out, an answer in. No more than that, so that little of the machine goes
//! into asking.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HEADERS_MAX: usize = 64;
const END_OF_CHUNKS: &[u8] = b"0\r\n\r\n";

/// An open connection.
pub struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

/// Where in the bytes an answer stands.
struct Head {
    status: u16,
    bytes: usize,
    /// `None` for chunks.
    body_bytes: Option<usize>,
}

impl Connection {
    /// Connects.
    pub async fn open(addr: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(16 << 10) })
    }

    /// Sends a request and reads its answer to the end; gives its status and how long it was, head included.
    pub async fn call(&mut self, request: &[u8]) -> Result<(u16, usize)> {
        self.send(request).await?;
        self.answer.clear();
        loop {
            self.more().await?;
            if let Some(head) = head(&self.answer)? {
                return self.rest(head).await;
            }
        }
    }

    /// A GET of this path; gives its status and how long the answer was.
    pub async fn get(&mut self, path: &str) -> Result<(u16, usize)> {
        self.call(get(path).as_bytes()).await
    }

    /// The bytes of the last answer.
    pub fn answer(&self) -> &[u8] {
        &self.answer
    }

    /// Sends bytes.
    pub async fn send(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request).await
    }

    /// Waits for bytes and adds them to `answer`.
    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.answer).await? {
            0 => Err(Error::from(ErrorKind::UnexpectedEof)),
            _ => Ok(()),
        }
    }

    async fn rest(&mut self, head: Head) -> Result<(u16, usize)> {
        let is_whole = |answer: &[u8]| match head.body_bytes {
            Some(bytes) => answer.len() >= head.bytes + bytes,
            None => answer.ends_with(END_OF_CHUNKS),
        };
        while !is_whole(&self.answer) {
            self.more().await?;
        }
        Ok((head.status, self.answer.len()))
    }

    /// What came, for whoever follows a stream; `answer` is emptied.
    pub async fn read(&mut self) -> Result<Vec<u8>> {
        self.answer.clear();
        self.more().await?;
        Ok(std::mem::take(&mut self.answer))
    }
}

/// A request for a page.
pub fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
}

/// The head, once it is there.
fn head(bytes: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
    let httparse::Status::Complete(head_bytes) = parsed else { return Ok(None) };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| std::str::from_utf8(header.value).ok()?.parse().ok());
    Ok(Some(Head { status: response.code.unwrap_or_default(), bytes: head_bytes, body_bytes: length }))
}

#[cfg(test)]
mod tests {
    use super::head;

    #[test]
    fn heads_are_read_once_they_are_whole() {
        let text = b"HTTP/1.1 429 Too Many\r\nContent-Length: 5\r\nx: y\r\n\r\nhello";
        assert!(head(&text[..40]).unwrap().is_none());
        let whole = head(text).unwrap().unwrap();
        assert_eq!((whole.status, whole.bytes, whole.body_bytes), (429, text.len() - 5, Some(5)));
        let chunks = head(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap().unwrap();
        assert_eq!(chunks.body_bytes, None);
        assert!(head(b"nonsense\r\n\r\n").is_err());
    }
}
