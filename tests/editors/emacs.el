;;; emacs.el --- Is sample.dhs drawn and indented as it should be? -*- lexical-binding: t; -*-
;; SPDX-License-Identifier: Apache-2.0
;; emacs -Q --batch -l dhs-mode.el -l emacs.el SAMPLE: prints what is not so; the exit status says whether anything is.
;;; Code:

(defconst wanted
  '(("Inertial" . font-lock-comment-face) ("package lab" . font-lock-keyword-face) ("\"dh/geo" . font-lock-string-face)
    ("AXES: u32" . font-lock-constant-face) ("u32 = 0x" . font-lock-type-face) ("Quality : u8" . font-lock-type-face)
    ("@open" . font-lock-preprocessor-face) ("monotonic" . font-lock-constant-face) ("@x.mine" . font-lock-preprocessor-face)
    ("accel:" . font-lock-variable-name-face) ("channel: bool" . font-lock-variable-name-face)
    ("string: u8" . font-lock-variable-name-face) ("first nan" . font-lock-keyword-face) ("imu version" . font-lock-function-name-face)
    ("slot: " . font-lock-keyword-face) ("status:" . font-lock-variable-name-face) ("shared spin" . font-lock-keyword-face)
    ("enforced" . font-lock-constant-face) ("block\n" . font-lock-comment-face)))

(let ((failed 0) (text nil))
  (find-file (car command-line-args-left))
  (setq command-line-args-left nil)
  (dhs-mode)
  (font-lock-ensure)
  (dolist (pair wanted)
    (goto-char (point-min))
    (search-forward (car pair))
    (let ((face (get-text-property (match-beginning 0) 'face)))
      (unless (eq face (cdr pair))
        (setq failed (1+ failed))
        (message "'%s' is %s, not %s" (car pair) face (cdr pair)))))
  (setq text (buffer-string))
  (goto-char (point-min))
  (while (not (eobp))
    (unless (nth 4 (syntax-ppss)) (delete-horizontal-space)) ; as if nobody had indented
    (indent-according-to-mode)
    (forward-line 1))
  (unless (string= (buffer-substring-no-properties (point-min) (point-max)) (substring-no-properties text))
    (setq failed (1+ failed))
    (message "indenting changes the sample:\n%s" (buffer-string)))
  (message "%d of %d are drawn wrong" failed (length wanted))
  (set-buffer-modified-p nil)
  (kill-emacs (if (= failed 0) 0 1)))
;;; emacs.el ends here
