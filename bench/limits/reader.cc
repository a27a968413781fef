// The least that a client of the live-load bench does: reads two WebSockets, finds their frames and answers their pings.
//   reader PORT PORT  ->  prints "ready" when both stand; ends when one of them does
#include "websocket.h"
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

struct Connection {
  int fd;
  std::string rest; // of what was read: the beginning of a frame

  explicit Connection(int port) : fd(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(uint16_t(port));
    if (connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address)) std::exit(3);
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    while (rest.find("\r\n\r\n") == std::string::npos) receive();
    rest.erase(0, rest.find("\r\n\r\n") + 4);
  }

  void send(const std::string &bytes) {
    if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != ssize_t(bytes.size())) std::exit(4);
  }

  void receive() {
    static char part[65536];
    const ssize_t got = read(fd, part, sizeof part);
    if (got <= 0) std::exit(0);
    rest.append(part, size_t(got));
  }

  void take() {
    receive();
    size_t at = 0;
    for (;;) {
      const size_t left = rest.size() - at;
      if (left < 4) break;
      const uint8_t *head = reinterpret_cast<const uint8_t *>(rest.data() + at);
      size_t length = head[1], skip = 2;
      if (length == 126) length = size_t(head[2]) << 8 | head[3], skip = 4;
      if (left < skip + length) break;
      if ((head[0] & 15) == 9) answer(std::string_view(rest).substr(at + skip, length));
      at += skip + length;
    }
    rest.erase(0, at);
  }

  // A client's frame is masked; a mask of zeros changes nothing.
  void answer(std::string_view payload) {
    std::string pong = {char(0x8a), char(0x80 | payload.size()), 0, 0, 0, 0};
    send(pong.append(payload));
  }
};

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  Connection connections[2] = {Connection(std::atoi(argv[1])), Connection(std::atoi(argv[2]))};
  std::puts("\"ready\"");
  std::fflush(stdout);
  for (;;) {
    pollfd polled[2] = {{connections[0].fd, POLLIN, 0}, {connections[1].fd, POLLIN, 0}};
    poll(polled, 2, -1);
    for (int i = 0; i < 2; i++)
      if (polled[i].revents) connections[i].take();
  }
}
