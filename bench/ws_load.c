/*
 * The load of the stream bench, cheap enough to share two cores with what it measures.
 *
 *   ws_load receive PORT CONNECTIONS WARM_SECONDS SECONDS FRAMES [HEADERS]
 *     opens raw WebSocket connections, sends each line of the file FRAMES as one text frame (of FRAMES ending in .nats: as
 *     binary, with CR LF after each line), then counts values by their marker and prints one line of JSON. Prints START
 *     and END around the measured time.
 *   ws_load publish PORT SUBJECT RATE SECONDS BYTES [SUBJECTS]
 *     publishes to a NATS server on an even schedule, to SUBJECT, or in turn to SUBJECT0, SUBJECT1, ...
 *   ws_load hold PORT CONNECTIONS [FRAMES [HEADERS]]
 *     opens connections from several loopback addresses, prints HELD and the time that it took, and keeps them until its
 *     input ends. At each line of its input: cut drops them all without a word and opens them anew, waiting as long as the
 *     server asks for; prints HELD again when each has had a record of its new subscription. freeze stops reading for ever.
 *
 * The marker is "t":<19 digits>, 10^18 plus the CLOCK_MONOTONIC nanoseconds when the value was due to be sent: a publisher
 * that falls behind shows as latency instead of hiding it, and the digits are a number of JSON. Only 127.0.0.1.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000ull
#define EPOCH 1000000000000000000ull
#define MARKER "\"t\":"
#define MARKED (sizeof MARKER - 1 + 19)
#define MAX_FRAMES 64
#define ASKED 200 /* upgrades under way at once */
#define BUCKETS 20000 /* of 50 microseconds: one second */

static uint64_t histogram[BUCKETS];

struct connection {
  int fd;
  int kept;
  char tail[MARKED];
  uint64_t values;
};

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

/* Many connections need many source addresses: one has 28,000 ports. */
static int dial_from(int port, unsigned source) {
  int one = 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in from = {.sin_family = AF_INET};
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + source);
  if (fd >= 0 && source) bind(fd, (struct sockaddr *)&from, sizeof from);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static int dial(int port) { return dial_from(port, 0); }

static void send_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
    if (n > 0) {
      bytes += n;
      length -= (size_t)n;
    } else if (errno == EAGAIN) {
      struct pollfd writable = {.fd = fd, .events = POLLOUT};
      poll(&writable, 1, 100);
    } else {
      die("send");
    }
  }
}

/* Masked with zeros, which RFC 6455 allows and which costs nothing. */
static void send_frame(int fd, int opcode, const char *text, size_t length) {
  char frame[4096 + 8] = {(char)(0x80 | opcode), (char)(0x80 | (length < 126 ? length : 126))};
  size_t head = 2;
  if (length > 4096) exit(2);
  if (length >= 126) {
    frame[head++] = (char)(length >> 8);
    frame[head++] = (char)length;
  }
  memset(frame + head, 0, 4);
  memcpy(frame + head + 4, text, length);
  send_all(fd, frame, head + 4 + length);
}

static void ask_upgrade(int fd, const char *headers) {
  char request[8192];
  int n = snprintf(request, sizeof request,
                   "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n", headers);
  send_all(fd, request, (size_t)n);
}

/* 0, or the seconds after which the server wants to be asked again. */
static int upgrade_answer(int fd) {
  char answer[4096] = "";
  size_t got = 0;
  /* Byte by byte: what follows the answer is already the stream. */
  while (got < sizeof answer - 1 && recv(fd, answer + got, 1, 0) == 1) {
    answer[++got] = 0;
    if (got >= 4 && !memcmp(answer + got - 4, "\r\n\r\n", 4)) break;
  }
  if (strstr(answer, " 101 ")) return 0;
  char *after = strcasestr(answer, "retry-after: ");
  if (strstr(answer, " 503 ") && after) return atoi(after + 13) > 0 ? atoi(after + 13) : 1;
  fprintf(stderr, "no upgrade: %.300s\n", answer);
  exit(1);
}

static void upgrade(int fd, const char *headers) {
  ask_upgrade(fd, headers);
  if (upgrade_answer(fd)) {
    fprintf(stderr, "no upgrade: it is not our turn\n");
    exit(1);
  }
}

static void count(struct connection *c, char *bytes, size_t length) {
  uint64_t at = now();
  char *p = bytes, *end = bytes + length;
  for (char *found; (found = memmem(p, (size_t)(end - p), MARKER, sizeof MARKER - 1)) != NULL; p = found + MARKED) {
    if ((size_t)(end - found) < MARKED) {
      p = found;
      break;
    }
    uint64_t sent = 0;
    for (char *digit = found + sizeof MARKER - 1; digit < found + MARKED; digit++) sent = sent * 10 + (uint64_t)(*digit - '0');
    uint64_t bucket = at > sent - EPOCH ? (at - (sent - EPOCH)) / 50000 : 0;
    histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    c->values++;
  }
  size_t rest = (size_t)(end - p);
  if (rest >= MARKED) rest = MARKED - 1;
  memcpy(c->tail, end - rest, rest);
  c->kept = (int)rest;
}

static double percentile(uint64_t total, double share) {
  uint64_t sum = 0;
  for (int i = 0; i < BUCKETS; i++) {
    sum += histogram[i];
    if ((double)sum >= (double)total * share) return (i + 1) * 0.05;
  }
  return BUCKETS * 0.05;
}

static int read_frames(const char *path, char frames[][2048]) {
  FILE *file = fopen(path, "r");
  int n = 0, nats = strlen(path) > 5 && !strcmp(path + strlen(path) - 5, ".nats");
  if (!file) die(path);
  while (n < MAX_FRAMES && fgets(frames[n], 2040, file)) {
    frames[n][strcspn(frames[n], "\n")] = 0;
    if (nats) strcat(frames[n], "\r\n");
    if (*frames[n]) n++;
  }
  fclose(file);
  return nats ? -n : n;
}

static int receive(char **arg, int args) {
  static char frames[MAX_FRAMES][2048], headers[4096], buffer[1 << 18];
  int port = atoi(arg[0]), connections = atoi(arg[1]);
  uint64_t warm = (uint64_t)atoi(arg[2]) * SECOND, measured = (uint64_t)atoi(arg[3]) * SECOND;
  int lines = read_frames(arg[4], frames), opcode = lines < 0 ? 2 : 1;
  if (args > 5) {
    FILE *file = fopen(arg[5], "r");
    if (!file || fread(headers, 1, sizeof headers - 1, file) == 0) die(arg[5]);
    fclose(file);
  }
  struct connection *all = calloc((size_t)connections, sizeof *all);
  int poller = epoll_create1(0);
  for (int i = 0; i < connections; i++) {
    all[i].fd = dial(port);
    upgrade(all[i].fd, headers);
    for (int k = 0; k < abs(lines); k++) send_frame(all[i].fd, opcode, frames[k], strlen(frames[k]));
    fcntl(all[i].fd, F_SETFL, O_NONBLOCK);
    struct epoll_event readable = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    epoll_ctl(poller, EPOLL_CTL_ADD, all[i].fd, &readable);
  }
  puts("CONNECTED");
  fflush(stdout);
  uint64_t begin = now() + warm, end = begin + measured, bytes = 0, reads = 0, closed = 0;
  int started = 0;
  for (uint64_t at; (at = now()) < end;) {
    struct epoll_event events[512];
    int n = epoll_wait(poller, events, 512, 50);
    if (!started && at >= begin) {
      started = 1;
      memset(histogram, 0, sizeof histogram);
      for (int i = 0; i < connections; i++) all[i].values = 0;
      bytes = reads = 0;
      puts("START");
      fflush(stdout);
    }
    for (int i = 0; i < n; i++) {
      struct connection *c = &all[events[i].data.u32];
      memcpy(buffer, c->tail, (size_t)c->kept);
      ssize_t got = recv(c->fd, buffer + c->kept, sizeof buffer - MARKED, 0);
      if (got > 0) {
        bytes += (uint64_t)got;
        reads++;
        count(c, buffer, (size_t)(got + c->kept));
      } else if (got == 0 || errno != EAGAIN) {
        closed++;
        epoll_ctl(poller, EPOLL_CTL_DEL, c->fd, NULL);
        close(c->fd);
      }
    }
  }
  puts("END");
  uint64_t total = 0, least = UINT64_MAX, most = 0;
  for (int i = 0; i < connections; i++) {
    total += all[i].values;
    if (all[i].values < least) least = all[i].values;
    if (all[i].values > most) most = all[i].values;
  }
  printf("{\"delivered\":%lu,\"least\":%lu,\"most\":%lu,\"bytes\":%lu,\"reads\":%lu,\"closed\":%lu,"
         "\"p50\":%.2f,\"p99\":%.2f,\"p999\":%.2f}\n",
         total, least, most, bytes, reads, closed, percentile(total, .5), percentile(total, .99), percentile(total, .999));
  return 0;
}

static int publish(char **arg, int args) {
  static char out[1 << 20], pad[4096], info[65536];
  int port = atoi(arg[0]), size = atoi(arg[4]);
  const char *subject = arg[1];
  unsigned subjects = args > 5 ? (unsigned)atoi(arg[5]) : 0;
  uint64_t gap = SECOND / (uint64_t)atoi(arg[2]), end = now() + (uint64_t)atoi(arg[3]) * SECOND, due = now(), number = 0;
  const char *hello = "CONNECT {\"verbose\":false}\r\nPING\r\n";
  int fd = dial(port);
  if (size > 4000 || recv(fd, info, sizeof info, 0) <= 0) die("info");
  send_all(fd, hello, strlen(hello));
  fcntl(fd, F_SETFL, O_NONBLOCK);
  memset(pad, 'x', sizeof pad);
  while (due < end) {
    size_t n = 0;
    for (uint64_t at = now(); due <= at && n < sizeof out - 8192; due += gap) {
      char body[8192];
      int k = snprintf(body, sizeof body, "{\"n\":%lu,\"t\":%lu,\"p\":\"", ++number, EPOCH + due);
      int fill = size - k - 2 > 0 ? size - k - 2 : 0;
      char name[300];
      if (subjects) snprintf(name, sizeof name, "%s%lu", subject, number % subjects);
      else snprintf(name, sizeof name, "%s", subject);
      n += (size_t)sprintf(out + n, "PUB %s %d\r\n%s%.*s\"}\r\n", name, k + fill + 2, body, fill, pad);
    }
    send_all(fd, out, n);
    ssize_t got = recv(fd, info, sizeof info, 0);
    if (got > 0 && memmem(info, (size_t)got, "PING", 4)) send_all(fd, "PONG\r\n", 6);
    if (n == 0) usleep(100);
  }
  printf("{\"published\":%lu}\n", number);
  return 0;
}

struct held {
  int fd;
  int subscribed;
  uint64_t due;
};

/* Opens what is due; the first record of a subscription says that it stands. */
static void open_all(struct held *all, int connections, int port, char frames[][2048], int lines, const char *headers,
                     double *worst) {
  static char buffer[1 << 16];
  uint64_t begin = now();
  int standing = 0, poller = epoll_create1(0);
  for (int i = 0; i < connections; i++) all[i] = (struct held){.fd = -1};
  while (standing < connections) {
    int asked[ASKED], asking = 0;
    for (int i = 0; i < connections && asking < ASKED; i++) {
      if (all[i].fd >= 0 || all[i].due > now()) continue;
      all[i].fd = dial_from(port, 1 + (unsigned)i % 16);
      ask_upgrade(all[i].fd, headers);
      asked[asking++] = i;
    }
    for (int a = 0; a < asking; a++) {
      int i = asked[a];
      struct held *c = &all[i];
      int after = upgrade_answer(c->fd);
      if (after) {
        close(c->fd);
        *c = (struct held){.fd = -1, .due = now() + (uint64_t)after * SECOND};
        continue;
      }
      for (int k = 0; k < lines; k++) send_frame(c->fd, 1, frames[k], strlen(frames[k]));
      fcntl(c->fd, F_SETFL, O_NONBLOCK);
      struct epoll_event readable = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
      epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &readable);
      if (lines == 0) {
        c->subscribed = 1;
        standing++;
      }
    }
    struct epoll_event events[512];
    int n = epoll_wait(poller, events, 512, 1);
    for (int i = 0; i < n; i++) {
      struct held *c = &all[events[i].data.u32];
      ssize_t got = recv(c->fd, buffer, sizeof buffer, 0);
      if (got > 0 && !c->subscribed && memmem(buffer, (size_t)got, "[\"e\",", 5)) {
        c->subscribed = 1;
        standing++;
      } else if (got == 0) {
        fprintf(stderr, "a connection was closed\n");
        exit(1);
      }
    }
  }
  close(poller);
  *worst = (double)(now() - begin) / 1e9;
}

static int hold(char **arg, int args) {
  static char frames[MAX_FRAMES][2048], headers[4096], buffer[1 << 16];
  int port = atoi(arg[0]), connections = atoi(arg[1]), lines = args > 2 ? read_frames(arg[2], frames) : 0;
  if (args > 3) {
    FILE *file = fopen(arg[3], "r");
    if (!file || fread(headers, 1, sizeof headers - 1, file) == 0) die(arg[3]);
    fclose(file);
  }
  struct held *all = calloc((size_t)connections, sizeof *all);
  double took;
  open_all(all, connections, port, frames, lines, headers, &took);
  printf("HELD %.3f\n", took);
  fflush(stdout);
  fcntl(0, F_SETFL, O_NONBLOCK);
  for (int frozen = 0;;) {
    char line[64];
    ssize_t said = read(0, line, sizeof line - 1);
    if (said == 0) return 0;
    if (said > 0 && !strncmp(line, "freeze", 6)) frozen = 1;
    if (said > 0 && !strncmp(line, "cut", 3)) {
      struct linger reset = {.l_onoff = 1};
      for (int i = 0; i < connections; i++) {
        setsockopt(all[i].fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(all[i].fd);
      }
      open_all(all, connections, port, frames, lines, headers, &took);
      printf("HELD %.3f\n", took);
      fflush(stdout);
    }
    for (int i = 0; !frozen && i < connections; i++) {
      while (recv(all[i].fd, buffer, sizeof buffer, 0) > 0) continue;
    }
    usleep(20000);
  }
}

int main(int argc, char **argv) {
  if (argc >= 7 && !strcmp(argv[1], "receive")) return receive(argv + 2, argc - 2);
  if (argc >= 7 && !strcmp(argv[1], "publish")) return publish(argv + 2, argc - 2);
  if (argc >= 4 && !strcmp(argv[1], "hold")) return hold(argv + 2, argc - 2);
  fprintf(stderr, "usage: see the head of ws_load.c\n");
  return 64;
}
