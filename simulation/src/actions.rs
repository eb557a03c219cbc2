//! What the client of a page wants done.

use meeting::client::{Action, ConnectionKey};
use meeting::id::ParticipantId;

use super::backend::Backend;
use super::browser::RtcPeer;
use super::page::Connection;
use super::random::between;
use super::transport::{Channel, Transport};
use super::world::{Event, World};

/// Candidates of one ICE generation.
const CANDIDATES: u8 = 2;
/// The first transceivers: microphone, camera, screen, screen sound.
const TRANSCEIVERS: u8 = 4;

impl<B: Backend> World<B> {
    pub(super) fn perform(&mut self, page: usize, action: Action) {
        self.trace(|| format!("{page} -> {action:?}"));
        match action {
            Action::OpenSocket(key) => self.open_socket(page, key),
            Action::SendSocket(key, text) => self.send(page, key, text),
            Action::CloseSocket(key) => self.close_socket(page, key),
            Action::OpenConnection {
                key,
                far_end,
                offers,
                ..
            } => self.open_connection(page, key, far_end, offers),
            Action::CloseConnection(key) => {
                let gone = self.pages[page].connections.all.remove(&key);
                let gone = gone.unwrap_or_else(|| panic!("{page} has no {key:?} to close"));
                self.send_remaining(page, gone.transport);
                self.pages[page].closed += 1;
            }
            Action::Negotiate(key, call) => {
                self.connection(page, key).rtc.call(call);
                self.look_after(page, key);
            }
            Action::RestartIce(key) => {
                self.pages[page].restarts += 1;
                self.connection(page, key).rtc.restart_ice();
                self.look_after(page, key);
            }
            Action::SendChannel(key, text) => {
                self.pages[page].note(&text);
                let at = self.now + between(&mut self.random, 1, 80);
                let texts = self.pages[page].says_to_page(text);
                let transport = &mut self.connection(page, key).transport;
                assert_eq!(
                    transport.channel,
                    Channel::Open,
                    "said on a closed channel: {texts:?}"
                );
                for text in texts {
                    transport.send(at, text);
                }
            }
            Action::OpenFileChannel(key) => self.open_file_channel(page, key),
            Action::CloseFileChannel(key) => self.connection(page, key).transport.files.close(),
            Action::SendFile(key, bytes) => {
                self.connection(page, key).transport.files.send(bytes);
            }
            Action::File(action) => self.use_disk(page, action),
            Action::Tell(notice) => self.pages[page].hear(notice, &self.refused),
            Action::ShowChat(change) => self.pages[page].show(change),
            Action::UseIceServers(_) | Action::RefreshPicture(_) | Action::Report(_) => {}
        }
    }

    fn open_connection(
        &mut self,
        page: usize,
        key: ConnectionKey,
        far_end: ParticipantId,
        offers: bool,
    ) {
        let it = &mut self.pages[page];
        it.made += 1;
        let mut rtc = RtcPeer::new(&format!("{page}.{}", it.made), CANDIDATES);
        rtc.create_data_channel();
        rtc.set_sends(it.sends);
        if offers {
            rtc.add_transceivers(TRANSCEIVERS);
        }
        let connection = Connection {
            far_end,
            rtc,
            transport: Transport::new(self.now, &mut self.random),
            calls: false,
            tasks: false,
            gathers: false,
        };
        it.connections.all.insert(key, connection);
        self.look_after(page, key);
    }

    /// What was said before the end is on its way already.
    fn send_remaining(&mut self, page: usize, transport: Transport) {
        let Some((far, key)) = transport
            .partner
            .filter(|(far, _)| self.packets_pass(page, *far))
        else {
            return;
        };
        for text in transport.remaining() {
            self.schedule(0, Event::Remaining(far, key, text));
        }
    }
}
