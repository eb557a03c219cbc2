//! Every bound of the protocol, in one place. Tests try each at N−1, N and N+1.

use std::time::Duration;

/// One signaling message, in bytes, either direction.
pub const MESSAGE_BYTES: usize = 64 * 1024;
/// The opaque payload of one signal, in bytes. Leaves room for the envelope and for the escaping
/// of quotes and line ends inside [`MESSAGE_BYTES`].
pub const SIGNAL_PAYLOAD_BYTES: usize = 48 * 1024;
/// One session description, in bytes.
pub const DESCRIPTION_BYTES: usize = 40 * 1024;
/// One ICE candidate line, in bytes.
pub const CANDIDATE_BYTES: usize = 1024;
/// The shortest room name, in characters.
pub const ROOM_ID_MIN: usize = 3;
/// The longest room name, in characters.
pub const ROOM_ID_MAX: usize = 64;
/// The longest display name, in characters.
pub const DISPLAY_NAME_CHARS: usize = 64;
/// One chat message, in bytes.
pub const CHAT_BYTES: usize = 4 * 1024;
/// Chat messages a browser keeps.
pub const CHAT_KEPT: usize = 2000;
/// Their texts together, in bytes. As JSON, in which a quote is two bytes, they pass through one
/// data channel at once.
pub const CHAT_KEPT_BYTES: usize = 4 * 1024 * 1024;
/// The highest number a chat message may have; nobody writes that much on one load of a page.
pub const CHAT_NUMBER: u64 = 1 << 40;
/// Chat messages that may be missing between two of the same page.
pub const CHAT_GAP: u64 = 100_000;
/// Pages of which a browser remembers how many of their chat messages it has.
pub const CHAT_PAGES: usize = 512;
/// One message on the data channel, in bytes. 64 KiB pass every browser's SCTP.
pub const CONVERSATION_BYTES: usize = 64 * 1024;
/// Capabilities that a page may say it has.
pub const CAPABILITIES: usize = 64;
/// The name of one capability, in bytes.
pub const CAPABILITY_BYTES: usize = 64;
/// What a recording may have recorded and not stored yet, in bytes: more than a minute of it.
pub const RECORDING_BACKLOG_BYTES: u64 = 32 * 1024 * 1024;
/// One file, in bytes.
pub const FILE_BYTES: u64 = 1 << 40;
/// The name of a file, in bytes: less than file systems take, so that a number can be added.
pub const FILE_NAME_BYTES: usize = 200;
/// The media type of a file, in bytes.
pub const MEDIA_TYPE_BYTES: usize = 127;
/// Pieces into which a file is cut, unless they would be longer than [`FILE_PIECE_MAX`].
pub const FILE_PIECES: u64 = 256;
/// The pieces of the smallest files, in bytes.
pub const FILE_PIECE_MIN: u64 = 64 * 1024;
/// The longest piece of a file, in bytes: so much of a file is in memory several times over.
pub const FILE_PIECE_MAX: u64 = 1024 * 1024;
/// The part of a file that one message on the file channel carries, in bytes
/// ([RFC 8831 §6.6](https://www.rfc-editor.org/rfc/rfc8831#section-6.6)).
pub const FILE_DATA_BYTES: usize = 16 * 1024;
/// Files that a page has or gets at the same time, and says that it has.
pub const FILES_HELD: usize = 256;
/// Files that a page gets at the same time; others wait for their turn.
pub const DOWNLOADS: usize = 3;
/// Pieces of one file that are asked for and not in the browser's storage yet: at least so many, and
/// more where they are shorter than [`DOWNLOAD_BYTES`] together.
pub const DOWNLOAD_PIECES: u32 = 4;
/// What is asked for of one file and not in the browser's storage yet, in bytes, unless that would be
/// fewer pieces than [`DOWNLOAD_PIECES`].
pub const DOWNLOAD_BYTES: u64 = 1024 * 1024;
/// Files that somebody may be getting from a page at the same time: more than [`DOWNLOADS`], for
/// those that they gave up may be in the list for a moment.
pub const UPLOADS_EACH: usize = 16;
/// What may wait in all file channels together to be sent, in bytes.
pub const FILE_BUFFER: usize = 256 * 1024;
/// The [`bufferedAmountLowThreshold`](https://www.w3.org/TR/webrtc/#dom-datachannel-bufferedamountlowthreshold)
/// of a file channel.
pub const FILE_BUFFER_LOW: usize = 2 * FILE_DATA_BYTES;
/// People in one room, unless the operator says otherwise: what a mesh carries.
pub const ROOM_CAPACITY: usize = 8;
/// Signals that may wait for one peer's acknowledgement.
pub const UNACKNOWLEDGED_SIGNALS: usize = 256;
/// Messages the server queues for one socket before it calls the reader too slow.
pub const OUTBOUND_MESSAGES: usize = 256;
/// Bytes the server queues for one socket before it calls the reader too slow.
pub const OUTBOUND_BYTES: usize = 256 * 1024;
/// Messages the server keeps of one session, in case they have to be said again. Half of what may
/// wait for a socket, so that a return leaves room for what happens next.
pub const REPLAY_MESSAGES: usize = 128;
/// Bytes the server keeps of one session, in case they have to be said again.
pub const REPLAY_BYTES: usize = 128 * 1024;
/// Tabs of one participant of which the server knows the last socket, so that it does not take an
/// older one for a newer.
pub const REMEMBERED_TABS: usize = 5;

/// A socket that says nothing useful for this long after it opened is closed.
pub const FIRST_FRAME: Duration = Duration::from_secs(5);
/// How often each end of the socket says that it is there.
pub const HEARTBEAT: Duration = Duration::from_secs(10);
/// Silence after which the other end of the socket counts as gone.
pub const SILENCE: Duration = Duration::from_secs(25);
/// How long a participant without a socket stays in the roster as *reconnecting*.
pub const GRACE: Duration = Duration::from_secs(15);
/// How long a participant whose page is gone stays in the roster: nobody can tell a closed tab
/// from one that is being loaded again.
pub const RELOAD_GRACE: Duration = Duration::from_millis(2500);
/// How long the server keeps a message that may have to be said again.
pub const REPLAY_AGE: Duration = Duration::from_secs(60);
/// A server that was not seen for this long is dead.
pub const SERVER_LEASE: Duration = Duration::from_secs(10);
/// How often a server shows that it lives.
pub const SERVER_BEAT: Duration = Duration::from_secs(3);

/// Signaling messages a socket may send at once.
pub const RATE_BURST: u32 = 200;
/// Signaling messages a socket may send per second, on average.
pub const RATE_PER_SECOND: u32 = 50;

/// The highest place of a hand among those that are up; what is said beyond it counts as this.
pub const HAND: u64 = 1 << 53;
