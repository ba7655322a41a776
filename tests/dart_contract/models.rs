//! What V2TIM's Dart models read, and where libim gives null.

use super::decoder::Dart::{Bool, Double, Int, List, Map, Text};
use super::decoder::Model;
use super::decoder::Null::{Absent, Always, Crashes, Never, Sometimes};

pub const CONVERSATION_RESULT: Model = &[
    ("nextSeq", Text, Never),
    ("isFinished", Bool, Never),
    ("conversationList", List(&Map(CONVERSATION)), Never),
];

pub const CONVERSATION: Model = &[
    ("conversationID", Text, Crashes),
    ("type", Int, Never),
    ("userID", Text, Sometimes),
    ("groupID", Text, Sometimes),
    ("showName", Text, Never),
    ("faceUrl", Text, Never),
    ("groupType", Text, Sometimes),
    ("unreadCount", Int, Never),
    ("lastMessage", Map(MESSAGE), Sometimes),
    ("draftText", Text, Sometimes),
    ("draftTimestamp", Int, Never),
    ("isPinned", Bool, Never),
    ("recvOpt", Int, Never),
    ("groupAtInfoList", List(&Map(GROUP_AT_INFO)), Never),
    ("orderkey", Int, Never),
    ("markList", List(&Int), Never),
    ("customData", Text, Never),
    ("conversationGroupList", List(&Text), Never),
    ("c2cReadTimestamp", Int, Never),
    ("groupReadSequence", Int, Never),
];

pub const GROUP_AT_INFO: Model = &[("seq", Text, Crashes), ("atType", Int, Crashes)];

pub const MESSAGE: Model = &[
    ("msgID", Text, Never),
    ("timestamp", Int, Never),
    ("progress", Int, Absent),
    ("sender", Text, Never),
    ("nickName", Text, Never),
    ("friendRemark", Text, Never),
    ("faceUrl", Text, Never),
    ("nameCard", Text, Never),
    ("groupID", Text, Sometimes),
    ("userID", Text, Sometimes),
    ("status", Int, Never),
    ("elemType", Int, Crashes),
    ("textElem", Map(&[("text", Text, Never)]), Sometimes),
    ("customElem", Map(CUSTOM_ELEM), Sometimes),
    ("imageElem", Map(IMAGE_ELEM), Sometimes),
    ("soundElem", Map(SOUND_ELEM), Sometimes),
    ("videoElem", Map(VIDEO_ELEM), Sometimes),
    ("fileElem", Map(FILE_ELEM), Sometimes),
    ("locationElem", Map(LOCATION_ELEM), Sometimes),
    (
        "faceElem",
        Map(&[("index", Int, Never), ("data", Text, Never)]),
        Sometimes,
    ),
    ("groupTipsElem", Map(&[]), Always),
    ("mergerElem", Map(MERGER_ELEM), Sometimes),
    ("localCustomData", Text, Never),
    ("localCustomInt", Int, Never),
    ("cloudCustomData", Text, Never),
    ("isSelf", Bool, Never),
    ("isRead", Bool, Never),
    ("isPeerRead", Bool, Never),
    // libim's own.
    ("isDelivered", Bool, Never),
    ("errorCode", Int, Never),
    ("isEdited", Bool, Never),
    ("priority", Int, Never),
    ("offlinePushInfo", Map(&[]), Absent),
    ("groupAtUserList", List(&Text), Never),
    ("seq", Text, Never),
    ("random", Int, Never),
    ("isExcludedFromUnreadCount", Bool, Never),
    ("isExcludedFromLastMessage", Bool, Never),
    ("isSupportMessageExtension", Bool, Absent),
    ("messageFromWeb", Text, Absent),
    ("id", Text, Never),
    ("needReadReceipt", Bool, Never),
    // Of later versions of V2TIM.
    ("isOnlineOnly", Bool, Never),
    ("revokerInfo", Map(USER), Sometimes),
    ("revokeReason", Text, Never),
];

const USER: Model = &[
    ("userID", Text, Never),
    ("nickName", Text, Never),
    ("faceUrl", Text, Never),
    ("allowType", Int, Never),
];

pub const REVOCATION: Model = &[
    ("msgID", Text, Never),
    // libim's own.
    ("conversationID", Text, Never),
    ("operateUser", Map(USER), Never),
    ("reason", Text, Never),
];

pub const CUSTOM_ELEM: Model = &[("data", Text, Never), ("desc", Text, Never), ("extension", Text, Never)];

pub const IMAGE_ELEM: Model = &[("path", Text, Never), ("imageList", List(&Map(IMAGE)), Never)];

pub const IMAGE: Model = &[
    ("uuid", Text, Never),
    ("type", Int, Never),
    ("size", Int, Never),
    ("width", Int, Never),
    ("height", Int, Never),
    ("url", Text, Never),
    ("localUrl", Text, Never),
];

pub const SOUND_ELEM: Model = &[
    ("path", Text, Never),
    ("UUID", Text, Never),
    ("dataSize", Int, Never),
    ("duration", Int, Never),
    ("url", Text, Never),
    ("localUrl", Text, Never),
];

pub const VIDEO_ELEM: Model = &[
    ("videoPath", Text, Never),
    ("UUID", Text, Never),
    ("videoSize", Int, Never),
    ("duration", Int, Never),
    ("snapshotPath", Text, Never),
    ("snapshotUUID", Text, Never),
    ("snapshotSize", Int, Never),
    ("snapshotWidth", Int, Never),
    ("snapshotHeight", Int, Never),
    ("videoUrl", Text, Never),
    ("snapshotUrl", Text, Never),
    ("localVideoUrl", Text, Never),
    ("localSnapshotUrl", Text, Never),
];

pub const FILE_ELEM: Model = &[
    ("path", Text, Never),
    ("fileName", Text, Never),
    ("UUID", Text, Never),
    ("url", Text, Never),
    ("fileSize", Int, Never),
    ("localUrl", Text, Never),
];

pub const LOCATION_ELEM: Model = &[
    ("desc", Text, Never),
    ("longitude", Double, Never),
    ("latitude", Double, Never),
];

pub const MERGER_ELEM: Model = &[
    ("isLayersOverLimit", Bool, Never),
    ("title", Text, Never),
    ("abstractList", List(&Text), Crashes),
];
