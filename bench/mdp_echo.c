/*
 * A Majordomo broker with an instant service, to load the client side of a gateway and nothing else.
 *
 *   mdp_echo ENDPOINT REPLY
 *     answers every request of an MDP/0.1 client at once with the bytes of the file REPLY in place of its last frame, and
 *     every question of mmi.* with 200. Requests to a service named "silent" are never answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define MAX_FRAMES 16
#define SERVICE 3 /* identity, empty, MDPC01, service */
#define MAX_REPLY 65536

int main(int count, char **arguments) {
  if (count != 3) return 64;
  static char reply[MAX_REPLY];
  FILE *file = fopen(arguments[2], "rb");
  if (!file) return 66;
  size_t length = fread(reply, 1, sizeof reply, file);
  fclose(file);
  void *router = zmq_socket(zmq_ctx_new(), ZMQ_ROUTER);
  int unbounded = 0;
  zmq_setsockopt(router, ZMQ_SNDHWM, &unbounded, sizeof unbounded);
  zmq_setsockopt(router, ZMQ_RCVHWM, &unbounded, sizeof unbounded);
  if (zmq_bind(router, arguments[1])) return 69;
  for (;;) {
    zmq_msg_t frames[MAX_FRAMES];
    int n = 0, more = 1;
    while (more && n < MAX_FRAMES) {
      zmq_msg_init(&frames[n]);
      if (zmq_msg_recv(&frames[n], router, 0) < 0) return 0;
      more = zmq_msg_more(&frames[n++]);
    }
    int known = n > SERVICE + 1 && !more;
    const char *service = known ? zmq_msg_data(&frames[SERVICE]) : "";
    size_t named = known ? zmq_msg_size(&frames[SERVICE]) : 0;
    int answered = known && !(named == 6 && !memcmp(service, "silent", 6));
    int management = named > 4 && !memcmp(service, "mmi.", 4);
    for (int i = 0; i < n - 1 && answered; i++) zmq_msg_send(&frames[i], router, ZMQ_SNDMORE);
    if (answered) zmq_send(router, management ? "200" : reply, management ? 3 : length, 0);
    for (int i = 0; i < n; i++) zmq_msg_close(&frames[i]);
  }
}
