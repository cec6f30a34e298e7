-- Submits jobs and cancels each of them: every second request is a cancel.
local waiting = {}
local submit
local body = '{"operation":"create","object":"vehicle","namespace":"default"}'

function init(args)
  wrk.headers["Content-Type"] = "application/json"
  submit = wrk.format("POST", "/objects/jobs", nil, body)
end

function request()
  local id = table.remove(waiting)
  if id == nil then return submit end
  return wrk.format("PATCH", "/objects/jobs/" .. id .. "/cancel")
end

function response(status, headers, body)
  local id = string.match(body, '"Id":"([^"]+)"')
  if id ~= nil and string.find(body, '"status":"pending"', 1, true) then table.insert(waiting, id) end
end
