//! The elements of Matroska that matter here
//! ([RFC 9559 §5](https://www.rfc-editor.org/rfc/rfc9559#section-5)).

use super::ebml::Id;

/// What a file begins with, and in it what kind of file it is
/// ([RFC 8794 §11.2](https://www.rfc-editor.org/rfc/rfc8794#section-11.2)).
pub(super) const EBML: Id = 0x1A45_DFA3;
pub(super) const DOC_TYPE: Id = 0x4282;

/// What may be anywhere: padding and checksums.
pub(super) const VOID: Id = 0xEC;
pub(super) const CRC_32: Id = 0xBF;

/// Everything else.
pub(super) const SEGMENT: Id = 0x1853_8067;

/// Where in the segment is what.
pub(super) const SEEK_HEAD: Id = 0x114D_9B74;
pub(super) const SEEK: Id = 0x4DBB;
pub(super) const SEEK_ID: Id = 0x53AB;
pub(super) const SEEK_POSITION: Id = 0x53AC;

/// Of the whole.
pub(super) const INFO: Id = 0x1549_A966;
pub(super) const TIMESTAMP_SCALE: Id = 0x2A_D7B1;
pub(super) const DURATION: Id = 0x4489;

/// What is in the file.
pub(super) const TRACKS: Id = 0x1654_AE6B;
pub(super) const TRACK_ENTRY: Id = 0xAE;
pub(super) const TRACK_NUMBER: Id = 0xD7;
pub(super) const TRACK_TYPE: Id = 0x83;
pub(super) const DEFAULT_DURATION: Id = 0x23_E383;

/// Pictures and sound of some seconds.
pub(super) const CLUSTER: Id = 0x1F43_B675;
pub(super) const TIMESTAMP: Id = 0xE7;
pub(super) const SIMPLE_BLOCK: Id = 0xA3;
pub(super) const BLOCK_GROUP: Id = 0xA0;
pub(super) const BLOCK: Id = 0xA1;
pub(super) const BLOCK_DURATION: Id = 0x9B;
pub(super) const REFERENCE_BLOCK: Id = 0xFB;

/// Where to begin playing from some time on.
pub(super) const CUES: Id = 0x1C53_BB6B;
pub(super) const CUE_POINT: Id = 0xBB;
pub(super) const CUE_TIME: Id = 0xB3;
pub(super) const CUE_TRACK_POSITIONS: Id = 0xB7;
pub(super) const CUE_TRACK: Id = 0xF7;
pub(super) const CUE_CLUSTER_POSITION: Id = 0xF1;

/// What else the segment may consist of.
pub(super) const CHAPTERS: Id = 0x1043_A770;
pub(super) const TAGS: Id = 0x1254_C367;
pub(super) const ATTACHMENTS: Id = 0x1941_A469;

/// Whether an element stands in a file or in its segment, and so ends a cluster of unknown size.
pub(super) const fn is_outside_of_clusters(id: Id) -> bool {
    matches!(
        id,
        EBML | SEGMENT | SEEK_HEAD | INFO | TRACKS | CLUSTER | CUES | CHAPTERS | TAGS | ATTACHMENTS
    )
}
