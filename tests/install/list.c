/* A program of somebody else: it opens an account below argv[1], keeps a draft, and finds it in the list. */
#include <libim.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 2 || im_abi_version() != IM_ABI_VERSION)
        return 2;
    char config[4096];
    snprintf(config, sizeof config, "{\"dataDir\":\"%s\",\"userID\":\"alice\"}", argv[1]);
    im_client alice;
    char *response = NULL;
    im_status status = im_client_open(config, &alice, &response);
    im_string_free(response);
    if (status == IM_STATUS_OK)
        status = im_set_conversation_draft(alice, "{\"conversationID\":\"c2c_bob\",\"draftText\":\"hi\"}", NULL);
    if (status != IM_STATUS_OK)
        return 3;
    im_get_conversation_list(alice, NULL, &response);
    int is_listed = strstr(response, "\"conversationID\":\"c2c_bob\"") != NULL;
    im_string_free(response);
    im_client_close(alice);
    printf("libim %s\n", im_version());
    return is_listed ? 0 : 4;
}
