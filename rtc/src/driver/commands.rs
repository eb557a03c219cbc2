//! What the person asks for.

use meeting::chat::{ChatError, Outgoing};
use meeting::client::Input;
use meeting::devices::{self, Device, speaker};
use meeting::files;
use meeting::recording::session;

use super::{Driver, wanted};
use crate::clock;
use crate::handle::Command;
use crate::view::{Draft, Notice, Update};

impl Driver {
    pub(super) fn on_command(&mut self, command: Command) {
        match command {
            Command::Join(name) => self.join(name, None, Vec::new()),
            Command::Leave => {
                self.feed(Input::Leave);
                self.release();
            }
            Command::SetMicrophone(on) => self.want(Device::Microphone, on),
            Command::SetCamera(on) => self.want(Device::Camera, on),
            Command::ChooseMicrophone(id) => self.choose(Device::Microphone, id),
            Command::ChooseCamera(id) => self.choose(Device::Camera, id),
            Command::ChooseSpeaker(id) => self.feed_speaker(speaker::Input::Choose(id)),
            Command::ShareScreen => self.want(Device::Screen, true),
            Command::StopSharing => self.want(Device::Screen, false),
            Command::SetHand(up) => self.feed(Input::Hand(up)),
            Command::React(reaction) => self.feed(Input::React(reaction)),
            Command::SendChat(outgoing) => self.send_chat(outgoing),
            Command::Typing(to) => self.feed(Input::Typing(to)),
            Command::AttachFiles(files) => self.attach_files(files),
            Command::AcceptFile(file) => self.accept_file(file),
            Command::CancelFile(key) => self.feed(Input::File(files::Input::Cancel(key))),
            Command::KeepChat { draft, unread } => self.chat_view.keep(draft, unread),
            Command::Record(subject) => self.start_recording(subject),
            Command::StopRecording => self.feed_recording(session::Input::Stop),
            Command::SavePicture(owner) => self.save_picture(&owner),
            Command::TestSpeaker => self.test_speaker(),
            Command::ResumeSound => self.sounds.resume(),
            Command::TryAgain => self.feed(Input::TryAgain),
            Command::Attach {
                key,
                element,
                source,
            } => {
                self.attachments.add(key, element, source);
            }
            Command::Detach { key } => self.attachments.remove(key),
        }
    }

    fn want(&mut self, device: Device, on: bool) {
        wanted::set(device, on);
        self.local_media.feed(devices::Input::Want(device, on));
    }

    fn choose(&mut self, device: Device, id: String) {
        self.local_media.feed(devices::Input::Choose(device, id));
    }

    fn send_chat(&mut self, outgoing: Outgoing) {
        let Some(client) = &mut self.client else {
            return;
        };
        let draft = match &outgoing {
            Outgoing::Message { text, to, .. } => Some(Draft {
                text: text.clone(),
                to: to.clone(),
            }),
            _ => None,
        };
        match client.send_chat(clock::time_of_day(), outgoing) {
            Ok(()) | Err(ChatError::Empty) => {}
            Err(error) => {
                // What somebody wrote is not lost because it could not be sent.
                if let Some(draft) = draft {
                    (self.on_update)(Update::Draft(draft));
                }
                self.tell(Notice::ChatNotSent(error));
            }
        }
    }
}
