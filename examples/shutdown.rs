//! When a program is asked to finish.
use std::io;

/// Ready when the process is told to finish: Ctrl-C, or SIGTERM as schedulers of containers send it.
///
/// # Errors
/// The system does not let the process listen.
pub async fn asked() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
