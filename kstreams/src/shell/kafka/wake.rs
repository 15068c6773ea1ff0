//! What a worker's thread sleeps on: one socket that every queue, and every other thread, writes a byte to.
use std::{
    io::{self, Read, Write},
    os::unix::net::UnixStream,
    sync::Arc,
    time::Duration,
};

/// The sleeping side.
pub(crate) struct Wake {
    read: UnixStream,
    write: Arc<UnixStream>,
}
impl Wake {
    pub(crate) fn new() -> io::Result<Wake> {
        let (read, write) = UnixStream::pair()?;
        // A byte that finds the socket full may be lost: others are in it.
        write.set_nonblocking(true)?;
        Ok(Wake { read, write: Arc::new(write) })
    }
    /// What queues write to.
    pub(crate) fn descriptor(&self) -> &Arc<UnixStream> {
        &self.write
    }
    /// For other threads.
    pub(crate) fn waker(&self) -> Waker {
        Waker(self.write.clone())
    }
    /// Sleeps until a byte comes in or the time is over. It may wake for nothing: of a byte whose news was read already.
    pub(crate) fn sleep(&self, at_most: Duration) {
        let at_most = at_most.max(Duration::from_millis(1));
        if self.read.set_read_timeout(Some(at_most)).is_ok() {
            // A time-out is an error here, and no news either way.
            let _ = (&self.read).read(&mut [0; 256]);
        }
    }
}

/// Ends a [`Wake::sleep`].
#[derive(Clone)]
pub(crate) struct Waker(Arc<UnixStream>);
impl Waker {
    pub(crate) fn wake(&self) {
        // A full socket wakes as well.
        let _ = (&*self.0).write(&[1]);
    }
}
