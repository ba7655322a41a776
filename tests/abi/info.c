/* Versions and names. */
#include "check.h"

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    CHECK(im_abi_version() == IM_ABI_VERSION);
    int major, minor, patch;
    CHECK(sscanf(im_version(), "%d.%d.%d", &major, &minor, &patch) == 3, "%s", im_version());
    CHECK(strcmp(im_status_name(IM_STATUS_OK), "OK") == 0);
    CHECK(strcmp(im_status_name(IM_STATUS_CALLED_FROM_CALLBACK), "CALLED_FROM_CALLBACK") == 0);
    CHECK(strcmp(im_event_name(IM_EVENT_NEW_CONVERSATION), "onNewConversation") == 0);
    CHECK(strcmp(im_event_name(IM_EVENT_SYNC_SERVER_START), "onSyncServerStart") == 0);
    const int32_t none[] = {-1, 1, 63, 12345, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        CHECK(strcmp(im_status_name(none[i]), "UNKNOWN") == 0, "%d", none[i]);
        CHECK(none[i] == 1 || strcmp(im_event_name(none[i]), "UNKNOWN") == 0, "%d", none[i]);
    }
    CHECK(im_status_name(6017) == im_status_name(6017), "the strings live for ever");
    return 0;
}
