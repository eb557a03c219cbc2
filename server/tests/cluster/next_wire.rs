//! The versions of the protocol that a server of the made-up next release speaks.

use meeting::signaling::{ClientMessage, MessageError, PROTOCOL_VERSION, Sequenced};
use server::socket::wire::Wire;
use simulation::next::{NEXT_PROTOCOL, server_reads, server_writes};

static NEXT: Wire = Wire {
    version: NEXT_PROTOCOL,
    read,
    write: |message| write(message, NEXT_PROTOCOL),
};

/// The present version, as the next release speaks it.
static PRESENT: Wire = Wire {
    version: PROTOCOL_VERSION,
    read,
    write: |message| write(message, PROTOCOL_VERSION),
};

pub(crate) static SPOKEN: &[&Wire] = &[&NEXT, &PRESENT];

fn read(text: &str) -> Result<ClientMessage, MessageError> {
    ClientMessage::parse(&server_reads(text))
}

fn write(message: &Sequenced, version: u32) -> Result<String, MessageError> {
    Ok(server_writes(&message.to_json()?, version))
}
