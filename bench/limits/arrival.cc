// Both ends of the arrival bench, in programs that do nothing else.
//   arrival send PERIOD_US COUNT  ->  prints {"port":n}; writes COUNT frames to who connects there, one each period whatever
//                                     became of those before, and prints when each write began: [us,...]
//   arrival read PORT             ->  the least that a client does: sleeps in epoll, reads, finds the frames; prints when
//                                     each one had been read: [us,...]
// Times are of CLOCK_MONOTONIC. A frame is a bookTicker of Binance spot, whose `u` counts the frames from 100000000001 on.
#include "loopback.h"
#include "template.h"
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sys/epoll.h>
#include <unistd.h>
#include <vector>

static void print(const std::vector<double> &times) {
  std::putchar('[');
  for (size_t i = 0; i < times.size(); i++) std::printf(i ? ",%.3f" : "%.3f", times[i]);
  std::puts("]");
}

static void writeAll(int fd, std::string_view bytes) {
  if (send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != ssize_t(bytes.size())) std::exit(4);
}

static std::string readHead(int fd) {
  std::string head;
  for (char letter; head.find("\r\n\r\n") == std::string::npos; head += letter)
    if (read(fd, &letter, 1) != 1) std::exit(4);
  return head;
}

static void sendFrames(long periodUs, size_t count) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || listen(listener, 1) != 0) std::exit(3);
  getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
  std::printf("{\"port\":%d}\n", ntohs(address.sin_port));
  std::fflush(stdout);
  const int fd = accept(listener, nullptr, nullptr);
  noDelay(fd);
  writeAll(fd, websocket::accept(readHead(fd)));
  Template touch("{\"stream\":\"btcusdt@bookTicker\",\"data\":{\"u\":\2,\"s\":\"BTCUSDT\",\"b\":\"60000.\3"
                 "00000\",\"B\":\"1.\3"
                 "00000\",\"a\":\"61000.\3"
                 "00000\",\"A\":\"1.\3"
                 "00000\"}}");
  std::vector<double> times(count);
  uint32_t random = 20260809;
  std::string frame;
  timespec due;
  clock_gettime(CLOCK_MONOTONIC, &due);
  due.tv_nsec += 300000000; // by then the other side is ready
  due.tv_sec += due.tv_nsec / 1000000000;
  due.tv_nsec %= 1000000000;
  for (size_t i = 0; i < count; i++) {
    frame.clear();
    touch.write(frame, 0, i + 1, random);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr);
    times[i] = nowUs();
    writeAll(fd, frame);
    due.tv_nsec += periodUs * 1000;
    due.tv_sec += due.tv_nsec / 1000000000;
    due.tv_nsec %= 1000000000;
  }
  usleep(200000);
  print(times);
}

static void readFrames(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) std::exit(3);
  noDelay(fd);
  writeAll(fd, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  readHead(fd);
  const int poll = epoll_create1(0);
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &wanted);
  std::vector<double> times;
  times.reserve(1 << 20);
  static char buffer[1 << 16];
  size_t held = 0;
  for (epoll_event event;;) {
    if (epoll_wait(poll, &event, 1, -1) < 1) continue;
    const ssize_t got = read(fd, buffer + held, sizeof buffer - held);
    const double now = nowUs();
    if (got <= 0) break;
    held += size_t(got);
    size_t at = 0;
    while (held - at >= 4) {
      const uint8_t *head = reinterpret_cast<const uint8_t *>(buffer + at);
      size_t length = head[1], skip = 2;
      if (length == 126) length = size_t(head[2]) << 8 | head[3], skip = 4;
      if (held - at < skip + length) break;
      times.push_back(now);
      at += skip + length;
    }
    std::memmove(buffer, buffer + at, held - at);
    held -= at;
  }
  print(times);
}

int main(int argc, char **argv) {
  if (argc == 4 && !std::strcmp(argv[1], "send")) sendFrames(std::atol(argv[2]), size_t(std::atol(argv[3])));
  else if (argc == 3 && !std::strcmp(argv[1], "read")) readFrames(std::atoi(argv[2]));
  else return 2;
}
