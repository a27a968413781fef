// The server's side of a WebSocket's handshake, and frames in both directions. RFC 6455.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace websocket {
// SHA-1, FIPS 180-4, of a text shorter than 119 bytes: a handshake's key and its suffix are 60.
inline std::string sha1(std::string_view text) {
  uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  uint8_t block[128] = {};
  std::memcpy(block, text.data(), text.size());
  block[text.size()] = 0x80;
  block[126] = uint8_t(text.size() * 8 >> 8);
  block[127] = uint8_t(text.size() * 8);
  const auto turn = [](uint32_t value, int by) { return value << by | value >> (32 - by); };
  for (const uint8_t *part = block + (text.size() < 56 ? 64 : 0); part < block + 128; part += 64) {
    uint32_t w[80];
    if (text.size() < 56) std::memcpy(block + 64, block, 56);
    for (int i = 0; i < 16; i++) w[i] = uint32_t(part[4 * i]) << 24 | part[4 * i + 1] << 16 | part[4 * i + 2] << 8 | part[4 * i + 3];
    for (int i = 16; i < 80; i++) w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 80; i++) {
      const uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 ? b ^ c ^ d : i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
      const uint32_t next = turn(a, 5) + f + e + k + w[i];
      e = d, d = c, c = turn(b, 30), b = a, a = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  }
  std::string out;
  for (uint32_t word : h)
    for (int shift = 24; shift >= 0; shift -= 8) out += char(word >> shift);
  return out;
}

inline std::string base64(std::string_view bytes) {
  static const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t three = 0;
    for (size_t j = 0; j < 3; j++) three = three << 8 | (i + j < bytes.size() ? uint8_t(bytes[i + j]) : 0);
    for (size_t j = 0; j < 4; j++) out += i + j <= bytes.size() ? digits[three >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

// The answer to a request to upgrade; empty when it is none.
inline std::string accept(std::string_view head) {
  const size_t at = head.find("Sec-WebSocket-Key: ");
  if (at == std::string_view::npos) return "";
  const std::string key(head.substr(at + 19, 24));
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         base64(sha1(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) + "\r\n\r\n";
}

// A server's frame; `opcode` 1 text, 9 ping, 10 pong.
inline void append(std::string &out, int opcode, std::string_view payload) {
  out += char(0x80 | opcode);
  if (payload.size() < 126) out += char(payload.size());
  else {
    out += char(126);
    out += char(payload.size() >> 8);
    out += char(payload.size());
  }
  out += payload;
}

// Takes whole client frames from the front of `bytes`: take(opcode, payload).
template <class Take> void frames(std::string &bytes, Take take) {
  size_t at = 0;
  while (bytes.size() - at >= 6) {
    const uint8_t *head = reinterpret_cast<const uint8_t *>(bytes.data() + at);
    size_t length = head[1] & 127, skip = 2;
    if (length == 126) length = size_t(head[2]) << 8 | head[3], skip = 4;
    if (bytes.size() - at < skip + 4 + length) break;
    std::string payload(length, '\0');
    for (size_t i = 0; i < length; i++) payload[i] = char(head[skip + 4 + i] ^ head[skip + (i & 3)]);
    take(head[0] & 15, payload);
    at += skip + 4 + length;
  }
  bytes.erase(0, at);
}
} // namespace websocket
