//! How many files the operating system lets this process have open. A connection is one; a database that cannot open its
//! own any more loses events.

/// What the process opens beside connections: the database's files, a handle for each of its connections, the log.
#[cfg(unix)]
const OTHER_FILES: u64 = 200;

/// Asks for room for so many connections, and says for how many there is.
#[cfg(unix)]
pub(super) fn room_for(connections: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHER_FILES);
    let limit = getrlimit(Resource::Nofile);
    let Some(current) = limit.current.filter(|current| *current < wanted) else { return connections };
    let raised = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let granted = match setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum }) {
        Ok(()) => raised,
        Err(_) => current,
    };
    let room = usize::try_from(granted.saturating_sub(OTHER_FILES)).unwrap_or(connections).clamp(1, connections.max(1));
    if room < connections {
        tracing::warn!(connections = room, "the limit on open files leaves room for no more connections (ulimit -n)");
    }
    room
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
pub(super) fn room_for(connections: usize) -> usize {
    connections
}
