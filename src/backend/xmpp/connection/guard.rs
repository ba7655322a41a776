//! A byte stream whose incoming XML is bounded; [`Splitter`] says how.

use super::splitter::Splitter;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A byte stream whose incoming XML is bounded.
pub(crate) struct Guard<S> {
    inner: S,
    splitter: Splitter,
    /// What may be read, from `read` on.
    passed: Vec<u8>,
    read: usize,
}

impl<S> Guard<S> {
    /// `own` is the account's address.
    pub(crate) fn new(inner: S, own: &str) -> Self {
        Self {
            inner,
            splitter: Splitter::new(own),
            passed: Vec::new(),
            read: 0,
        }
    }

    pub(crate) fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.read >= this.passed.len() {
            this.passed.clear();
            this.read = 0;
            let mut bytes = [0; 8192];
            let mut fresh = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut fresh))?;
            if fresh.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            for byte in fresh.filled() {
                if let Err(text) = this.splitter.push(*byte, &mut this.passed) {
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, text)));
                }
            }
        }
        let waiting = this.passed.get(this.read..).unwrap_or_default();
        let count = waiting.len().min(buf.remaining());
        buf.put_slice(waiting.get(..count).unwrap_or_default());
        this.read += count;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
