;;; dhs-mode.el --- Schemas of the Data Exchange Hub -*- lexical-binding: t; -*-
;; SPDX-License-Identifier: Apache-2.0
;; Package-Requires: ((emacs "26.1"))
;;; Commentary:
;; Highlighting and indentation for .dhs; with eglot (in Emacs since 29) or lsp-mode, `dhgen lsp` does the rest.
;; The words are those of the compiler: tests/editors/words.py compares them.
;;; Code:

(defgroup dhs nil "Schemas of the Data Exchange Hub." :group 'languages)

(defcustom dhs-dhgen "dhgen" "The program that is started as `dhgen lsp'." :type 'string :group 'dhs)

(defcustom dhs-indent 4 "Columns of a level." :type 'integer :safe #'integerp :group 'dhs)

(defconst dhs-statements '("package" "as" "import" "service" "version" "const" "alias" "enum" "flags" "struct" "union" "channel"))
(defconst dhs-settings '("slot" "zone" "slots" "full" "checksum" "consumers"))
(defconst dhs-modifiers '("shared" "spinlocks" "first"))
(defconst dhs-types '("bool" "i8" "i16" "i32" "i64" "u8" "u16" "u32" "u64" "f16" "f32" "f64" "char" "string" "bytes" "list" "atomic"))
(defconst dhs-constants '("true" "false" "nan" "inf"))
(defconst dhs-choices '("wait" "overwrite" "none" "manual" "enforced" "fast"))
(defconst dhs-clocks '("monotonic" "boottime" "realtime" "tai" "gps" "device" "user"))
(defconst dhs-attributes
  '("unit" "range" "invalid" "scale" "frame" "clock" "since" "was" "deprecated" "label" "align" "cacheline" "reserve" "large" "offset"
    "size" "writer" "open" "doc"))

(defconst dhs-font-lock-keywords
  `((,(concat "@" (regexp-opt dhs-attributes) "\\_>") . font-lock-preprocessor-face)
    ("@x\\(?:\\.[A-Za-z0-9_]+\\)+" . font-lock-preprocessor-face)
    (,(concat "@clock *( *" (regexp-opt dhs-clocks t) "\\_>") 1 font-lock-constant-face)
    (,(concat "\\_<" (regexp-opt dhs-settings t) "\\_> *:") 1 font-lock-keyword-face)
    ("\\_<\\(zone\\) +\\([A-Za-z][A-Za-z0-9_]*\\) *:" (1 font-lock-keyword-face) (2 font-lock-variable-name-face))
    ("\\_<\\(const\\) +\\([A-Za-z][A-Za-z0-9_]*\\) *:" (1 font-lock-keyword-face) (2 font-lock-constant-face))
    ("\\_<\\(?:struct\\|union\\|enum\\|flags\\|alias\\) +\\([A-Za-z][A-Za-z0-9_]*\\)" 1 font-lock-type-face)
    ("\\_<channel +\\([A-Za-z][A-Za-z0-9_]*\\)" 1 font-lock-function-name-face)
    ;; a field may have any name
    ("\\_<\\([A-Za-z][A-Za-z0-9_]*\\) *:" 1 font-lock-variable-name-face)
    (,(regexp-opt dhs-statements 'symbols) . font-lock-keyword-face)
    (,(regexp-opt dhs-modifiers 'symbols) . font-lock-keyword-face)
    (,(regexp-opt dhs-types 'symbols) . font-lock-type-face)
    (,(regexp-opt (append dhs-constants dhs-choices) 'symbols) . font-lock-constant-face)
    ("\\_<[A-Z][A-Za-z0-9_]*[a-z][A-Za-z0-9_]*\\_>" . font-lock-type-face)))

(defvar dhs-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 124b" table)
    (modify-syntax-entry ?* ". 23" table)
    (modify-syntax-entry ?\n "> b" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?' "\"" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?@ "." table)
    table))

(defun dhs-indent-line ()
  "Indent by the braces that are open; a comment of several lines stays as it is."
  (interactive)
  (if (save-excursion (beginning-of-line) (nth 4 (syntax-ppss)))
      'noindent
    (dhs-indent-code)))

(defun dhs-indent-code ()
  "Indent a line that begins outside of comments."
  (let ((column (save-excursion
                  (back-to-indentation)
                  (let ((depth (car (syntax-ppss))))
                    (when (looking-at-p "[])}]") (setq depth (1- depth)))
                    (* dhs-indent (max 0 depth)))))
        (in-text (> (current-column) (current-indentation))))
    (if in-text (save-excursion (indent-line-to column)) (indent-line-to column))))

;;;###autoload
(define-derived-mode dhs-mode prog-mode "dhs"
  "Schemas of the Data Exchange Hub."
  (setq-local font-lock-defaults '(dhs-font-lock-keywords))
  (setq-local comment-start "// ")
  (setq-local comment-end "")
  (setq-local comment-start-skip "//+ *\\|/\\*+ *")
  (setq-local indent-tabs-mode nil)
  (setq-local indent-line-function #'dhs-indent-line))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.dhs\\'" . dhs-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs `(dhs-mode . (,dhs-dhgen "lsp"))))

(provide 'dhs-mode)
;;; dhs-mode.el ends here
