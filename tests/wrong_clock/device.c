/*
 * device CONFIG
 *
 * A device in a process of its own, which does what it is told: each line of its standard input is a method, a space and a
 * request; it answers with a line, the response.
 */
#include <libim.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    static char line[65536];
    if (argc != 2)
        return 2;
    im_client client = 0;
    if (im_client_open(argv[1], &client, NULL) != IM_STATUS_OK)
        return 1;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        char *request = strchr(line, ' ');
        if (!request)
            return 2;
        *request++ = '\0';
        char *response = NULL;
        im_call(client, line, request, &response);
        printf("%s\n", response);
        fflush(stdout);
        im_string_free(response);
    }
    return im_client_close(client) == IM_STATUS_OK ? 0 : 1;
}
