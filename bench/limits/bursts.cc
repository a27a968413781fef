// The sender of the receive bench: a venue's frames to one client at a time, as fast as it takes them.
//   bursts KIND PER_WRITE  ->  prints {"port":n}; then reads lines "go COUNT" and answers {"sent":n,"writes":n,"bytes":n}
//                              when the client has read all of them: a ping behind them has been answered
// KIND touch: bookTicker of Binance spot, some 150 bytes; depth: orderbook.50 of Bybit spot, deltas of 20 levels a side
// behind one snapshot, some 970 bytes. What the client sends is not looked at, besides its pongs. Ends with its input.
#include "template.h"
#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

static const Template touch("{\"stream\":\"btcusdt@bookTicker\",\"data\":{\"u\":\2,\"s\":\"BTCUSDT\",\"b\":\"60\3.\3"
                      "00000\",\"B\":\"1.\3"
                      "00000\",\"a\":\"61\3.\3"
                      "00000\",\"A\":\"1.\3"
                      "00000\"}}");

static Template book(const char *type, int count) {
  return Template(std::string("{\"topic\":\"orderbook.50.BTCUSDT\",\"ts\":\1,\"type\":\"") + type + "\",\"data\":{\"s\":\"BTCUSDT\",\"b\":[" +
                  levels(false, count) + "],\"a\":[" + levels(true, count) + "],\"u\":\2,\"seq\":\2},\"cts\":\1}");
}

// Bursts made beforehand, of different numbers, and sent in turn: only the ids, which go on, are written when they are sent.
struct Load {
  static constexpr size_t BURSTS = 64;
  const uint64_t perWrite;
  const Template &frame;
  std::vector<std::string> bursts;
  size_t turn = 0;
  uint64_t id = 0;
  uint32_t random = 20260809;

  Load(const Template &frame, uint64_t perWrite) : perWrite(perWrite), frame(frame), bursts(BURSTS) {
    for (std::string &burst : bursts)
      for (uint64_t i = 0; i < perWrite; i++) burst += fresh(frame);
    id = 0;
  }

  std::string fresh(Template of) {
    std::string out;
    of.write(out, 1786310819526, ++id, random);
    return out;
  }

  std::string_view next(uint64_t most) {
    std::string &burst = bursts[turn++ % BURSTS];
    const size_t size = frame.frame.size(), count = std::min(perWrite, most);
    for (size_t i = 0; i < count; i++, id++)
      for (size_t at : frame.ids) digits(burst.data() + i * size + at + 1, 11, id + 1);
    return std::string_view(burst).substr(0, count * size);
  }
};

struct Client {
  int fd;
  std::string in;

  explicit Client(int fd) : fd(fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    while (in.find("\r\n\r\n") == std::string::npos) receive();
    send(websocket::accept(in));
    in.erase(0, in.find("\r\n\r\n") + 4);
  }

  void receive() {
    char part[4096];
    const ssize_t got = read(fd, part, sizeof part);
    if (got <= 0) std::exit(4);
    in.append(part, size_t(got));
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t took = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (took <= 0) std::exit(4);
      bytes.remove_prefix(size_t(took));
    }
  }

  // Until all that was sent before has been read.
  void settle() {
    std::string ping;
    websocket::append(ping, 9, "read");
    send(ping);
    for (bool answered = false; !answered;) {
      receive();
      websocket::frames(in, [&](int opcode, const std::string &) { answered = answered || opcode == 10; });
    }
  }
};

static int listening(int *port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr *>(&address), size) || listen(fd, 1)) std::exit(3);
  getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size);
  *port = ntohs(address.sin_port);
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  const bool isDepth = std::string(argv[1]) == "depth";
  const uint64_t perWrite = std::strtoull(argv[2], nullptr, 10);
  int port;
  const int listener = listening(&port);
  std::printf("{\"port\":%d}\n", port);
  std::fflush(stdout);
  Client client(accept(listener, nullptr, nullptr));

  const Template snapshot = book("snapshot", 50), delta = book("delta", 20);
  Load load(isDepth ? delta : touch, perWrite);
  if (isDepth) client.send(load.fresh(snapshot));
  char line[64];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    uint64_t bytes = 0, writes = 0, sent = 0;
    for (const uint64_t count = std::strtoull(line + 3, nullptr, 10); sent < count; writes++) {
      const std::string_view burst = load.next(count - sent);
      client.send(burst);
      bytes += burst.size(), sent += std::min(perWrite, count - sent);
    }
    client.settle();
    std::printf("{\"sent\":%llu,\"writes\":%llu,\"bytes\":%llu}\n", (unsigned long long)sent, (unsigned long long)writes, (unsigned long long)bytes);
    std::fflush(stdout);
  }
}
