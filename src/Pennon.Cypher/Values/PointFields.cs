namespace Pennon.Cypher.Values;

/// <summary>What <c>point.key</c> gives, and how points are measured.</summary>
internal static class PointFields
{
    const double EarthRadiusMetres = 6_378_140;

    public static CypherValue Get(CypherPoint point, string key) => key switch
    {
        "x" => point.X,
        "y" => point.Y,
        "z" when point.Is3D => point.Z,
        "longitude" when point.IsGeographic => point.X,
        "latitude" when point.IsGeographic => point.Y,
        "height" when point is { IsGeographic: true, Is3D: true } => point.Z,
        "srid" => (long)point.Srid,
        "crs" => CrsName(point.Srid),
        _ => throw new CypherRuntimeException($"A {CrsName(point.Srid)} Point has no field '{key}'.", "InvalidArgumentValue"),
    };

    public static string CrsName(int srid) => srid switch
    {
        7203 => "cartesian",
        9157 => "cartesian-3D",
        4326 => "wgs-84",
        _ => "wgs-84-3D",
    };

    /// <summary>The distance in the units of the coordinates or, on the globe, in metres; null between different systems.</summary>
    public static CypherValue Distance(CypherPoint a, CypherPoint b)
    {
        if (a.Srid != b.Srid)
        {
            return default;
        }
        double dz = a.Is3D ? a.Z - b.Z : 0;
        if (!a.IsGeographic)
        {
            double dx = a.X - b.X, dy = a.Y - b.Y;
            return Math.Sqrt((dx * dx) + (dy * dy) + (dz * dz));
        }
        double latitudeA = double.DegreesToRadians(a.Y), latitudeB = double.DegreesToRadians(b.Y);
        double halfLatitude = Math.Sin((latitudeB - latitudeA) / 2), halfLongitude = Math.Sin(double.DegreesToRadians(b.X - a.X) / 2);
        double haversine = (halfLatitude * halfLatitude) + (Math.Cos(latitudeA) * Math.Cos(latitudeB) * halfLongitude * halfLongitude);
        double radius = EarthRadiusMetres + (a.Is3D ? (a.Z + b.Z) / 2 : 0);
        double surface = 2 * radius * Math.Asin(Math.Min(1, Math.Sqrt(haversine)));
        return Math.Sqrt((surface * surface) + (dz * dz));
    }
}
