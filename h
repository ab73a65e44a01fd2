HTTP/1.1 503 SERVICE UNAVAILABLE
Access-Control-Allow-Origin: *
Access-Control-Expose-Headers: Averment-Cut, Averment-Entry, Content-Disposition, ETag, Link, Retry-After
Content-Length: 129
Content-Security-Policy: default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'
Content-Type: application/problem+json
Cross-Origin-Opener-Policy: same-origin
Date: Mon, 30 Nov 2026 15:52:01 GMT
Permissions-Policy: camera=(), geolocation=(), microphone=()
Referrer-Policy: no-referrer
Retry-After: 10
X-Content-Type-Options: nosniff
X-Frame-Options: DENY

