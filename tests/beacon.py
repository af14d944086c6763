"""A server on this machine that counts its visitors, for pages that must call nobody."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Beacon:
    """A server that answers nothing and remembers what was asked of it."""

    def __enter__(self) -> "Beacon":
        """The server, running."""
        hits = self.hits = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hits.append(self.path)
                self.send_response(204)
                self.end_headers()

            do_POST = do_GET

            def log_message(self, *_) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        """Stop it."""
        self.server.shutdown()
        self.server.server_close()
