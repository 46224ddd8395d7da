-- SPDX-License-Identifier: Apache-2.0
-- Neovim 0.7 and newer: starts `dhgen lsp`, once for all schemas below one folder. Set before, if need be:
--   let g:dhs_dhgen = '/path/to/dhgen'      let g:dhs_import_dirs = ['schemas']
local program = vim.g.dhs_dhgen or 'dhgen'
if vim.fn.executable(program) == 0 then
  return
end

-- Where the project begins: the nearest folder above with one of these.
local function root_of(path)
  for _, mark in ipairs({ '.git', 'CMakeLists.txt' }) do
    local found = vim.fn.finddir(mark, vim.fn.fnamemodify(path, ':p:h') .. ';')
    if found == '' then
      found = vim.fn.findfile(mark, vim.fn.fnamemodify(path, ':p:h') .. ';')
    end
    if found ~= '' then
      return vim.fn.fnamemodify(found, ':p:s?/$??:h')
    end
  end
  return vim.fn.getcwd()
end

local settings = {
  name = 'dhgen',
  cmd = { program, 'lsp' },
  root_dir = root_of(vim.api.nvim_buf_get_name(0)),
  init_options = { importDirs = vim.g.dhs_import_dirs or {} },
}

if vim.lsp.start then
  vim.lsp.start(settings)
else -- 0.7: one client a folder is our own affair
  _G.dhs_clients = _G.dhs_clients or {}
  local id = _G.dhs_clients[settings.root_dir]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(settings)
    _G.dhs_clients[settings.root_dir] = id
  end
  if id then
    vim.lsp.buf_attach_client(0, id)
  end
end
