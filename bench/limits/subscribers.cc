// The receiving side of the fan-out bench: many WebSocket connections in one thread on epoll.
//   subscribers PORT PATH COUNT MESSAGES SUBSCRIBE  (SUBSCRIBE: text sent on each connection, may be empty)
// Prints "ready" when each has got a message that holds "type":"ack", then waits until each has got MESSAGES that
// hold "n":0, "n":1, ... in this order, and prints {"records":n,"wrong":n,"bytes":n}. Exits with 5 after 60 s of silence.
#include <arpa/inet.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

struct Connection {
  int fd;
  bool upgraded = false, acknowledged = false;
  uint64_t next = 0;
  std::string rest;
};

static uint64_t records = 0, wrong = 0, bytes = 0;
static size_t acknowledged = 0, complete = 0;
static uint64_t wanted = 0;
static std::string subscribe;
static char buffer[1 << 18];

static void send(int fd, const std::string &text) {
  if (write(fd, text.data(), text.size()) != ssize_t(text.size())) std::exit(3);
}

// A client's text frame: masked, with a mask of zeros.
static std::string frame(const std::string &text) {
  std::string out("\x81", 1);
  if (text.size() < 126) out += char(0x80 | text.size());
  else {
    out += char(0x80 | 126);
    out += char(text.size() >> 8);
    out += char(text.size() & 255);
  }
  return out + std::string(4, '\0') + text;
}

static void take(Connection &connection, std::string_view message) {
  const size_t at = message.find("\"n\":");
  if (at != std::string_view::npos) {
    const uint64_t number = std::strtoull(message.data() + at + 4, nullptr, 10);
    wrong += number != connection.next;
    connection.next++;
    records++;
    bytes += message.size();
    complete += connection.next == wanted;
  } else if (!connection.acknowledged && message.find("\"type\":\"ack\"") != std::string_view::npos) {
    connection.acknowledged = true;
    acknowledged++;
  }
}

// Bytes used of what lies in [from, to).
static size_t parse(Connection &connection, const char *from, const char *to) {
  const char *at = from;
  if (!connection.upgraded) {
    const std::string_view head(from, size_t(to - from));
    const size_t end = head.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    if (head.substr(9, 3) != "101") std::exit(4);
    connection.upgraded = true;
    if (!subscribe.empty()) send(connection.fd, subscribe);
    at += end + 4;
  }
  while (to - at >= 2) {
    const uint8_t *head = reinterpret_cast<const uint8_t *>(at);
    uint64_t length = head[1];
    size_t skip = 2;
    if (length == 126) {
      if (to - at < 4) break;
      length = uint64_t(head[2]) << 8 | head[3];
      skip = 4;
    } else if (length == 127) {
      if (to - at < 10) break;
      length = 0;
      for (int i = 2; i < 10; i++) length = length << 8 | head[i];
      skip = 10;
    }
    if (uint64_t(to - at) < skip + length) break;
    if ((head[0] & 15) == 8) std::exit(6);
    if ((head[0] & 15) <= 2) take(connection, {at + skip, size_t(length)});
    at += skip + length;
  }
  return size_t(at - from);
}

static void readFrom(Connection &connection) {
  const ssize_t got = read(connection.fd, buffer, sizeof buffer);
  if (got <= 0) std::exit(7);
  if (connection.rest.empty()) {
    const size_t used = parse(connection, buffer, buffer + got);
    connection.rest.assign(buffer + used, size_t(got) - used);
  } else {
    connection.rest.append(buffer, size_t(got));
    connection.rest.erase(0, parse(connection, connection.rest.data(), connection.rest.data() + connection.rest.size()));
  }
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const size_t count = std::strtoul(argv[3], nullptr, 10);
  wanted = std::strtoull(argv[4], nullptr, 10);
  if (*argv[5]) subscribe = frame(argv[5]);
  const std::string request = std::string("GET ") + argv[2] + " HTTP/1.1\r\nHost: 127.0.0.1:" + argv[1] +
                              "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(uint16_t(std::atoi(argv[1])));
  const int poll = epoll_create1(0);
  std::vector<Connection> connections(count);
  std::vector<epoll_event> events(1024);
  bool ready = false;
  // Connections are opened in portions, so that the server's queue of new ones does not run over.
  size_t opened = 0;
  while (complete < count) {
    for (size_t portion = 0; portion < 64 && opened < count && opened < acknowledged + 128; portion++, opened++) {
      Connection &connection = connections[opened];
      connection.fd = socket(AF_INET, SOCK_STREAM, 0);
      if (connection.fd < 0 || connect(connection.fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) return 3;
      send(connection.fd, request);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = opened;
      epoll_ctl(poll, EPOLL_CTL_ADD, connection.fd, &event);
    }
    const int got = epoll_wait(poll, events.data(), int(events.size()), 60000);
    if (got <= 0) return 5;
    for (int i = 0; i < got; i++) readFrom(connections[events[size_t(i)].data.u64]);
    if (!ready && acknowledged == count) {
      ready = true;
      std::printf("ready\n");
      std::fflush(stdout);
    }
  }
  std::printf("{\"records\":%llu,\"wrong\":%llu,\"bytes\":%llu}\n", (unsigned long long)records, (unsigned long long)wrong, (unsigned long long)bytes);
}
