//! How session descriptions are made and applied.

use meeting::delivery::SdpType;
use meeting::negotiation::SignalingState;

use super::RtcPeer;
use crate::sdp::Sdp;

impl RtcPeer {
    pub(super) fn make_offer(&mut self) -> Sdp {
        let before = self.pending_local.as_ref().or(self.current_local.as_ref());
        let ufrag = before.filter(|_| self.credentials_to_replace.is_empty());
        let ufrag = ufrag.map(|sdp| sdp.ufrag.clone());
        self.describe(None, self.transceivers, self.channel, ufrag)
    }

    pub(super) fn make_answer(&mut self) -> Option<Sdp> {
        let offer = self.pending_remote.clone()?;
        let before = self.current_remote.as_ref().map(|sdp| &sdp.ufrag);
        let restarts = before.is_none_or(|ufrag| *ufrag != offer.ufrag);
        let ufrag = self.current_local.as_ref().filter(|_| !restarts);
        let ufrag = ufrag.map(|sdp| sdp.ufrag.clone());
        Some(self.describe(Some(offer.name), offer.sections, offer.channel, ufrag))
    }

    fn describe(
        &mut self,
        answers: Option<String>,
        sections: u8,
        channel: bool,
        ufrag: Option<String>,
    ) -> Sdp {
        self.made += 1;
        let name = format!("{}/{}", self.name, self.made);
        let ufrag = ufrag.unwrap_or_else(|| format!("{name}!"));
        Sdp {
            name,
            answers,
            sections,
            channel,
            sends: self.sends,
            ufrag,
        }
    }

    pub(super) fn set_local(&mut self, sdp_type: SdpType, sdp: Sdp) -> Result<(), &'static str> {
        if self.last_created.as_ref() != Some(&sdp) {
            return Err("setLocalDescription with something that was not created last");
        }
        match (sdp_type, self.signaling) {
            (SdpType::Offer, SignalingState::Stable | SignalingState::HaveLocalOffer) => {
                self.signaling = SignalingState::HaveLocalOffer;
                self.begin_to_gather(&sdp);
                self.pending_local = Some(sdp);
            }
            (SdpType::Answer, SignalingState::HaveRemoteOffer) => {
                self.begin_to_gather(&sdp);
                self.current_local = Some(sdp);
                self.current_remote = self.pending_remote.take();
                self.become_stable();
            }
            _ => return Err("setLocalDescription in the wrong state"),
        }
        Ok(())
    }

    pub(super) fn set_remote(&mut self, sdp_type: SdpType, sdp: Sdp) -> Result<(), &'static str> {
        match (sdp_type, self.signaling) {
            (SdpType::Offer, SignalingState::Stable | SignalingState::HaveLocalOffer) => {
                self.roll_back();
                if self
                    .current_remote
                    .as_ref()
                    .is_some_and(|now| now.sections > sdp.sections)
                {
                    return Err("the offer has lost media sections");
                }
                self.signaling = SignalingState::HaveRemoteOffer;
                self.transceivers = self.transceivers.max(sdp.sections);
                self.channel |= sdp.channel;
                self.pending_remote = Some(sdp);
            }
            (SdpType::Answer, SignalingState::HaveLocalOffer) => {
                let asked = self.pending_local.as_ref().map(|offer| &offer.name);
                if asked != sdp.answers.as_ref() {
                    return Err("an answer to another offer");
                }
                self.current_local = self.pending_local.take();
                self.current_remote = Some(sdp);
                self.become_stable();
            }
            _ => return Err("setRemoteDescription in the wrong state"),
        }
        Ok(())
    }

    fn roll_back(&mut self) {
        let Some(offer) = self.pending_local.take() else {
            return;
        };
        let keeps = self
            .current_local
            .as_ref()
            .is_some_and(|now| now.ufrag == offer.ufrag);
        if !keeps {
            self.gathering
                .retain(|generation| generation.ufrag != offer.ufrag);
        }
        self.signaling = SignalingState::Stable;
    }

    fn become_stable(&mut self) {
        self.signaling = SignalingState::Stable;
        self.last_created = None;
        if let Some(local) = &self.current_local
            && !self.credentials_to_replace.contains(&local.ufrag)
        {
            self.credentials_to_replace.clear();
        }
        self.negotiation_needed = false;
        self.update_negotiation_needed();
    }
}
