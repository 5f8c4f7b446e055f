import fc from 'fast-check';

/** Texts that hold what HTML, URLs and scripts are made of, more often than chance would. */
export const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        ...['<', '>', '"', "'", '&', '`', '=', '/', '\\', '\n', '\u0000', '\u202e', '\ud800', '--'],
        ...['<script>alert(1)</script>', '<!--', ']]>', '</style>', '&lt;', '&#39;', ' '],
        ...['javascript:', '//example.com', ' onerror=alert(1) ', '?a=b&c', '#', '%00', 'x'],
      ),
    )
    .map((parts) => parts.join('')),
);
