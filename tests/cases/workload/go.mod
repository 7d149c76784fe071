module mapcases

go 1.21
