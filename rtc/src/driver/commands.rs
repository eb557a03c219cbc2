//! What the person asks of the call.

use meeting::chat::ChatError;
use meeting::client::Input;

use super::Driver;
use crate::clock;
use crate::handle::Command;
use crate::view::Notice;

impl Driver {
    pub(super) fn on_command(&mut self, command: Command) {
        match command {
            Command::Leave => {
                self.feed(Input::Leave);
                self.release();
            }
            Command::SendChat(text) => self.send_chat(&text),
            Command::KeepChat { draft, unread } => self.chat_view.keep(draft, unread),
            Command::ResumeSound => self.sounds.resume(),
            Command::TryAgain => self.feed(Input::TryAgain),
            // Joined already; and what concerns the person alone was done.
            Command::Join(_)
            | Command::SetMicrophone(_)
            | Command::SetCamera(_)
            | Command::ChooseMicrophone(_)
            | Command::ChooseCamera(_)
            | Command::ChooseSpeaker(_)
            | Command::ShareScreen
            | Command::StopSharing
            | Command::TestSpeaker
            | Command::Attach { .. }
            | Command::Detach { .. } => {}
        }
    }

    fn send_chat(&mut self, text: &str) {
        match self.client.send_chat(clock::time_of_day(), text) {
            Ok(()) | Err(ChatError::Empty) => {}
            Err(ChatError::TooLong) => self.local.tell(Notice::ChatMessageTooLong),
        }
    }
}
