/**
 * How a running director is asked and told: JSON lines over a unix domain socket, the server inside
 * the director and the client that the command line uses.
 *
 * <p>A request is one JSON object in one line: {@code {"command":"services"}}, with the command's
 * arguments beside it. The answer's last line is {@code {"ok":true,"result":…}} or {@code
 * {"ok":false,"error":"…"}}. A large result comes in pieces before it, each a line {@code
 * {"ok":true,"more":true,"rows":[…]}}.
 */
@org.jspecify.annotations.NullMarked
package lb.director.control;
